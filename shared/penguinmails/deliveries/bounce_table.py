"""The table of bounces: what mail servers say and which class it is, first match first.

A phrase is read as words: case, punctuation and line breaks do not matter. `*` between words
stands for up to six others, `*` at a word's end for any ending. Facts, not prose: each phrase is
what a server, a hosting company or a mail filter is known to answer.
"""

from dataclasses import dataclass

from penguinmails.deliveries.fact import BounceClass

VERSION = 1
"""Rises with every change of a rule, so that a verdict can be explained later."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Phrases that mean one thing. Only a `sure` one contradicts the class that a source states."""

    name: str
    bounce: BounceClass
    phrases: tuple[str, ...]
    sure: bool = True


def _said(phrases: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in phrases.split(","))


RULES = (
    # ------------------------------------------------ about the recipient, in words that look else
    Rule(
        "busy_mailbox",
        BounceClass.SOFT,
        _said(
            """
            receiving mail at a rate, receiving mail too quickly, host not found try again,
            temporarily suspended, temporarily disabled, temporarily locked,
            account is temporarily, mailbox is temporarily, mailbox temporarily,
            user temporarily
            """
        ),
    ),
    Rule(
        "directory_lookup",
        BounceClass.HARD,
        _said(
            """
            recipient address rejected access denied,
            recipient not found by smtp address lookup, resolver adr recip*, resolver adr ex*,
            recipnotfound, recipientnotfound, smtpsend dns nonexistentdomain
            """
        ),
    ),
    # ------------------------------------------------------------------ our fault, unmistakably
    Rule(
        "blocklisted",
        BounceClass.BLOCK,
        _said(
            """
            spamhaus, spamcop, barracudacentral, barracuda reputation, sorbs, surbl, uribl,
            uceprotect, backscatterer, invaluement, abuseat, mailspike, senderscore,
            senderbase, njabl, dnsbl, dnsrbl, rbl, blocklist*, block list*, blacklist*,
            black list*, denylist*, blackhole*, blocked using, blocked by * reputation,
            reputation, tss0*, ts01, ts02, ts03, user complaints, unexpected volume,
            part of their network, list of bad, banned, gesperrte ip, liste noire, lista negra,
            черный список, черном списке, 黑名单
            """
        ),
    ),
    Rule(
        "unauthenticated",
        BounceClass.BLOCK,
        _said(
            """
            spf, dkim, dmarc, domainkeys, sender id, sender policy framework, unauthenticated,
            unauthorized sender, not authorized to send, not permitted to send,
            not allowed to send, authentication checks, does not pass authentication,
            fails authentication, failed authentication, reverse dns, reverse hostname,
            reverse lookup, rdns, fcrdns, ptr record*, ptr, helo command, helo name,
            helo host*, helo domain, invalid helo, bad helo, helo * reject*, spf helo ptr
            """
        ),
    ),
    Rule(
        "sender_refused",
        BounceClass.BLOCK,
        _said(
            """
            sender address rejected, sender rejected, sender is rejected, sender denied,
            sender * denied, sender refused, sender blocked, sender not allowed,
            sender verify failed, sender verification failed, sender domain, sender address,
            senders domain, domain of sender, invalid sender, bad sender, forged sender,
            fake sender, client host rejected, client host * blocked,
            connection rejected by policy, not accepting mail from, not accept mail from,
            not accept * from your, mail from * rejected, mail from * refused,
            messages from * werent sent, messages from * blocked, email from * blocked,
            your ip, of your address, of the sender, senders * does not, invalid dns mx,
            your host, your server, your domain, your mail server, your network, your isp,
            ip * blocked, ip address * rejected, ip is rejected, dynamic ip*, dialup, dial up,
            residential ip*, valid from, from domain, from header, recipient preferences,
            blocked by recipient, blocked by the recipient, recipient has blocked
            """
        ),
    ),
    Rule(
        "content",
        BounceClass.BLOCK,
        _said(
            """
            as spam, be spam, is spam, like spam, likely spam, considered * spam,
            classified * spam, detected * spam, spam message*, spam content, spam detected,
            spam score, spam filter*, spam like, spammy, possible spam, probable spam,
            suspected spam, spam suspicion, spam mail, no spam, junk mail, unsolicited,
            bulk mail*, bulk email*, virus*, malware, phishing, infected, suspicious,
            blacklisted url*, message content, content rejected, content restrictions,
            content filter*, content denied, rejected * content, content * unacceptable,
            message looks, message rejected * high, message contains, attachment type,
            attachment blocked, attachment rejected, attachments not, blocked attachment*,
            mail with attachments, prohibited attachment*, prohibited, cloudmark,
            rejected by * filter, 垃圾邮件, スパム, 迷惑メール
            """
        ),
    ),
    Rule(
        "rate",
        BounceClass.BLOCK,
        _said(
            """
            rate limit*, ratelimit*, rate control*, throttl*, too many connections,
            too many concurrent, too many * connections, too many sessions,
            too many messages from, too many emails, too many mails, too much mail,
            too many errors, too many bad recipients, too many invalid recipients, too fast,
            too frequent*, unusual rate, message rate, exceeded * rate, connection frequency,
            frequency limited, sending limit*, hourly limit*, daily limit*, messages per,
            emails per, sending quota, daily quota, daily * quota, defer * limits exceeded,
            发信频率, 频率
            """
        ),
    ),
    # ------------------------------------------------------------ a passing trouble, unmistakably
    Rule(
        "full",
        BounceClass.SOFT,
        _said(
            """
            mailbox full, mailbox * full, mail box * full, mail box full, mailfolder is full,
            full mailbox, inbox * full, folder is full, account is full, account * full,
            recipient * full, user is full, storage full, disk full, disc full, system full,
            mailbox size, mailbox has exceeded, mailbox exceeds, mailbox is over,
            mailbox limit*, maximum mailbox, over quota, overquota, over * quota, out of quota,
            quota exceed*, quota * exceed*, quota violation, quota full, quota is full,
            quota limit*, exceed* * quota, exceed* quota, exceed* * storage, exceed* storage,
            exceeding allowed, disk quota, disc quota, would exceed, over the maximum allowed,
            storage limit*, storage * exceeded, storage quota, storage space, out of storage,
            out of * space, out of space, insufficient * storage, insufficient * space,
            insufficient system, insufficient space, not enough * space, no space left,
            no more space, too many messages * mailbox, maildir over, maildir delivery * full,
            stockage, boite * pleine, boîte * pleine, boîte pleine, quota * dépassé,
            postfach * voll, postfach voll, mailbox * voll, mailbox * überfüllt, speicherplatz,
            kontingent, postfach * überschritten, buzón * lleno, buzón lleno, buzon lleno,
            casilla llena, bandeja * llena, cuota * excedid*, excedido * cuota,
            casella * piena, casella piena, caixa * cheia, caixa cheia, quota * excedida,
            postvak * vol, mailbox * vol, skrzynka * pełna, skrzynka pełna, przepełnion*,
            ящик переполнен, переполнен, превышен* * квот*, квота, 邮箱已满, 邮箱空间, 空间不足, 信箱已滿,
            メールボックスがいっぱい, メールボックスの容量, 容量オーバー, 容量超過, 꽉
            """
        ),
    ),
    Rule(
        "too_large",
        BounceClass.SOFT,
        _said(
            """
            message too large, message is too large, message too big, message is too big,
            mail too large, mail too big, too large, too big, message size,
            message length exceed*, message exceed*, exceed* * message size, exceed* * size,
            maximum size, max message size, size limit*, size exceed*, larger than,
            nachricht * zu groß, trop volumineux, demasiado grande, muito grande,
            troppo grande, te groot
            """
        ),
    ),
    Rule(
        "greylisted",
        BounceClass.SOFT,
        _said(
            """
            greylist*, graylist*, grey list*, gray list*, greylisted, postgrey
            """
        ),
    ),
    # ------------------------------------------------------------------ a dead address
    Rule(
        "no_domain",
        BounceClass.HARD,
        _said(
            """
            host unknown, unknown host, host not found, host * not found, hostname not found,
            host does not exist, name not found, domain unknown, unknown domain,
            unknown mail domain, domain not found, domain name not found, domain * not found,
            domain not exist*, domain does not exist, domain doesnt exist,
            domain * does not exist, domain is not valid, domain not valid, domain invalid,
            invalid domain*, domain must resolve, no such domain, no such host, nxdomain,
            nonexistent domain, non existent domain, non existent host*, nonexistent host*,
            unrouteable mail domain, unroutable mail domain, find any host named,
            find any host by that name, find a mail exchanger, no mx record*,
            no mail exchanger*, no mail hosts for domain, null mx, nullmx,
            domain does not accept mail, domain * accepts no mail, does not accept mail,
            no mail server*, name or service not known, illegal host domain name,
            domaine inconnu, domaine introuvable, domäne * nicht gefunden,
            dominio * no * encontr*, 域名不存在
            """
        ),
    ),
    Rule(
        "unknown_user",
        BounceClass.HARD,
        (
            *_said(
                """
                user unknown, user is unknown, user * unknown, unknown user*, unknown to,
                user not found, user * not found, user * not exist*, user not exist*,
                user not known, user doesnt, user invalid, user is invalid, user name not found,
                userunknown, unknownuser, username * not, user account * not,
                users mailbox * not found, no such user*, no such recipient*, no such mailbox*,
                no such mail, no such address*, no such account*, no such person, no such local,
                no such alias, no such email, no such e mail, no such name, no such member,
                no such a user, no user, no users, no account, no email account, no mail account,
                no mailbox, no mail box, no local mailbox, no valid recipient*, no valid mailbox,
                no one with that, nobody by that name, nobody with that, no longer at,
                no longer available, no longer valid, no longer exist*, no longer used,
                no longer in use, no longer accept*, no longer employed, no longer works,
                no longer with, no longer have, no longer has, no longer * user, no longer on,
                left the company, left the organi*, does not exist, does not exists, doesnt exist*,
                do not exist, dont exist, didnt exist, did not exist, not exist, not exists,
                not existing, nonexistent, non existent, non existant, nonexistant, non existing,
                do not have * mailbox, do not have * account, does not have * account,
                does not have * mailbox, doesnt have * account, dont have * account,
                dont have * user, doesnt handle mail for that user, recipient unknown,
                recipient * unknown, unknown recipient*, recipient * not found,
                recipient not found, recipient * invalid, recipient name is not recognized,
                recipients name is not recognized, not a recognized, invalid recipient*,
                illegal recipient*, bad recipient*, wrong recipient*, incorrect recipient*,
                recipient not on, cannot find recipient, unable to find recipient, invalid mailbox,
                invalid user*, invalid address*, invalid email*, invalid e mail*, invalid account,
                invalid local part, invalid final delivery userid, invalid or unknown,
                mailbox not found, mailbox * not found, mailbox not present, mailbox not exist*,
                mailbox invalid, mailbox name not allowed, mailbox unknown, unknown mailbox,
                mailbox not valid, mailbox closed, address not found, address * not found,
                address unknown, address * unknown, address * not known, address invalid,
                address is invalid, address * not valid, address incorrect, address not exist*,
                address no longer, address couldnt be found, address wasnt found,
                address * misspelled, unknown address*, unknown e mail, unknown email*,
                unknown account, unknown alias, unknown local*, unknown virtual,
                unknown or illegal, account unknown, account not found, account * not found,
                account * does not exist, account is invalid, account invalid, addressee unknown,
                addressee * not, bad address, bad destination, bad user, wrong address,
                rejected undeliverable address, unrouteable address, unroutable address,
                unable to route, not known, recipient * not recognized, user * not recognized,
                address * not recognized, address not recognized, user not recognized,
                name is not recognized, address not recognised, user not recognised,
                not found here, not a valid, not a known, not a user, not a local, not an active,
                not a active, not listed in, not in * directory, not in our * list,
                not in my * table, not our customer, not valid user, not local, not user of,
                isnt a valid, isnt valid, could not be found, couldnt be found, was not found,
                wasnt found, cannot be found, unable to find user, unable to find alias,
                is unknown, unavailable mail user, there is no one, there is no user,
                there is no account, there is no mailbox, has no account, has no mailbox,
                delivery failure invalid
                """
            ),
            # ---- French
            *_said(
                """
                utilisateur inconnu*, destinataire inconnu*, adresse inconnue, adresse * inconnue,
                nexiste pas, nexiste plus, inexistant*, adresse * invalide, adresse invalide,
                destinataire invalide, introuvable, na pas été trouvé*, erronée
                """
            ),
            # ---- German
            *_said(
                """
                benutzer unbekannt, benutzer * unbekannt, empfänger unbekannt,
                empfänger * unbekannt, empfängeradresse unbekannt, adressat unbekannt,
                adresse unbekannt, adresse * unbekannt, mailbox unbekannt, unbekannter benutzer,
                unbekannter empfänger, unbekannte adresse, existiert nicht, nicht existier*,
                nicht gefunden, nicht vorhanden, gibt es nicht, kein benutzer, keine mailbox,
                kein postfach, kein konto, ungültige * adresse, empfängeradresse * nicht
                """
            ),
            # ---- Spanish
            *_said(
                """
                usuario desconocido, destinatario desconocido, dirección desconocida,
                desconocido el usuario, no existe, no se encontró, no se ha encontrado,
                no se encuentra, no encontrad*, no es válida, inexistente
                """
            ),
            # ---- Portuguese
            *_said(
                """
                usuário desconhecido, usuario desconhecido, utilizador desconhecido,
                destinatário desconhecido, destinatario desconhecido, não existe, nao existe,
                não encontrad*, nao encontrad*, não foi encontrad*, não foi possível encontrar,
                endereço * inválido, destinatário inválido
                """
            ),
            # ---- Italian
            *_said(
                """
                utente sconosciuto, destinatario sconosciuto, indirizzo sconosciuto,
                destin sconosciuto, non esiste, inesistente, non trovat*, non è stato trovato,
                indirizzo * non valido, destinatario non valido, destinatario errato
                """
            ),
            # ---- Dutch, Nordic
            *_said(
                """
                gebruiker onbekend, ontvanger onbekend, adres onbekend, onbekende gebruiker,
                onbekende ontvanger, bestaat niet, niet gevonden, ukendt modtager, ukendt bruger,
                findes ikke, okänd mottagare, okänd användare, mottagaren * okänd, finns inte,
                ukjent mottaker, ukjent bruker, finnes ikke, tuntematon
                """
            ),
            # ---- Polish, Czech, Hungarian, Turkish
            *_said(
                """
                nie istnieje, nieznany użytkownik, nieznany odbiorca, nieznany adres,
                użytkownik nieznany, adres nieznany, nie ma takiego, nie znaleziono, neexistuje,
                neznámý uživatel, neznámý příjemce, neznámá adresa, nem létezik,
                ismeretlen felhasználó, ismeretlen címzett, bulunamad*, geçersiz al*,
                geçersiz adres
                """
            ),
            # ---- Russian
            *_said(
                """
                не существует, не найден*, неизвестн* пользовател*, неизвестн* получател*,
                неизвестн* адрес*, пользователь неизвест*, получатель неизвест*, адресат неизвест*,
                несуществующ*, нет такого, нет такой
                """
            ),
            # ---- Japanese
            *_said(
                """
                存在しません, リストにありません, 存在しない, 見つかりません, 見つかりませんでした, あて先不明, 宛先不明, 宛先が不明, 該当するアドレス
                """
            ),
            # ---- Chinese, Korean
            *_said(
                """
                不存在, 找不到, 没有找到, 未找到, 无此用户, 查无此人, 無此, 收件人地址错误, 존재하지, 없는 사용자
                """
            ),
        ),
    ),
    Rule(
        "disabled",
        BounceClass.HARD,
        _said(
            """
            account * disabled, account disabled, mailbox * disabled, mailbox disabled,
            user * disabled, user disabled, recipient * disabled, recipient disabled,
            address * disabled, disabled account, disabled mailbox, disabled user,
            disabled recipient, administratively disabled, discontinued, inactive,
            is not active, user not active, account not active, mailbox not active,
            deactivated, inactivated, account closed, account * closed, account * terminated,
            account * expired, account expired, account * cancel*, account * deleted,
            account deleted, mailbox * deleted, user * deleted, account has been deleted,
            mailbox has been deleted, account has been removed, mailbox has been removed,
            user has been removed, mailbox has been closed, mailbox * inactive, user * retired,
            retired, abgeschaltet, deaktiviert, désactivé*, desactivad*, desativad*,
            disattivat*, отключен, ящик заблокирован, пользователь заблокирован,
            аккаунт заблокирован, 已停用, 被禁用
            """
        ),
    ),
    Rule(
        "moved",
        BounceClass.HARD,
        ("has moved", "has been changed to", "address has changed", "new address is"),
    ),
    # ------------------------------------------------------------------ words that hint
    Rule(
        "temporary",
        BounceClass.SOFT,
        _said(
            """
            temporar*, try again, try later, retry later, currently unavailable,
            currently not available, suspended, frozen, account * locked, is locked,
            mailbox locked, vorübergehend, temporair*, temporalmente, 稍后, 暂时, 一時的
            """
        ),
        sure=False,
    ),
    Rule(
        "relay",
        BounceClass.BLOCK,
        _said(
            """
            relay denied, relay access denied, relay not permitted, relay prohibited,
            relay * prohibited, relaying, no relay*, not relay, to relay, as a relay,
            relay through, open relay, relay attempt*, allowed rcpthosts,
            not permitted through this server
            """
        ),
        sure=False,
    ),
    Rule(
        "policy",
        BounceClass.BLOCK,
        _said(
            """
            refused due to, rejected due to, rejected because, refused because, rejected for,
            rejected by administrator, message rejected, mail rejected, message refused,
            mail refused, we do not accept, not welcome, go away, unwanted, complaints, polic*,
            access denied, denied, block, blocked, blocks, blocking, not authorized,
            not authorised, not authenticated, authentication required,
            requires authentication, resolver rst, not allowed, not permitted, permission*,
            restricted, restriction*, security, spam, anti spam, delivery not authorized,
            richtlinie*, abgelehnt, refusé, interdit, 拒绝, 拒收
            """
        ),
        sure=False,
    ),
    Rule(
        "unreachable",
        BounceClass.SOFT,
        _said(
            """
            timeout, timed out, time out, time limit*, expired, connection refused,
            connection reset, connection dropped, connection lost, connection closed,
            lost connection, unable to connect, could not connect, couldnt connect,
            cannot connect, connection failure, connect to, unreachable, no route, network,
            not responding, host * down, no answer, not answer*, queue too long,
            in queue too long, delayed, deferred, too many hops, hop count, loop*, servfail,
            name server, name service error, dns error, starttls, tls
            """
        ),
        sure=False,
    ),
    Rule(
        "mailbox_unavailable",
        BounceClass.HARD,
        _said(
            """
            mailbox unavailable, mailbox * unavailable, mailbox not available,
            user unavailable, user rejected, recipient rejected, recipient address rejected,
            recipient refused, rejected recipient*, rejected the recipient*,
            rejected your message to the following, address rejected, account unavailable,
            account is unavailable, account not available, rcpt is rejected, user * rejected
            """
        ),
        sure=False,
    ),
    Rule(
        "broken_server",
        BounceClass.SOFT,
        _said(
            """
            service unavailable, service not available, system error, internal error,
            internal server error, local error, server error, i o error, configuration error,
            misconfigur*, resources, cannot append, cannot open, command died,
            unable to deliver
            """
        ),
        sure=False,
    ),
)
"""What is about us comes before what is about the address: `user unknown` never mentions a
blocklist, but a blocklist's refusal often borrows the code of an unknown user."""

STATUSES = {
    "1.7": BounceClass.BLOCK,
    "1.8": BounceClass.BLOCK,
    "1.9": BounceClass.SOFT,
    "1": BounceClass.HARD,
    "2.1": BounceClass.HARD,
    "2": BounceClass.SOFT,
    "3.4": BounceClass.SOFT,
    "4.4": BounceClass.HARD,
    "4.310": BounceClass.HARD,
    "4": BounceClass.SOFT,
    "7.505": BounceClass.BLOCK,
}
"""Enhanced codes of permanent failures without their 5, or only the subject (RFC 3463, RFC 7504,
RFC 7505; Exchange Online's 5.4.310: no such domain). What is not here is a block: it is permanent,
but nothing says that the address is dead."""

REPLIES = {
    551: BounceClass.HARD,
    552: BounceClass.SOFT,
    556: BounceClass.HARD,
}
"""SMTP codes (RFC 5321; RFC 7504: the domain accepts no mail) that say enough by themselves."""
