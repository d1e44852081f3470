"""Says what it hears, and does as it is told: by an event, by a message, or by a row."""

import json
import os
import time
from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    print(json.dumps({"by": os.environ["ROLE"], "heard": event}), flush=True)
    if "requestContext" in event:
        return answer(event)
    records = event.get("Records", [])
    failed = [record["messageId"] for record in records if "body" in record and fails(record)]
    if event.get("say") == "raise" or any(map(balks, records)):
        raise RuntimeError("as told")
    failures = [{"itemIdentifier": identifier} for identifier in failed]
    return {"batchItemFailures": failures, "role": os.environ["ROLE"]}


def fails(record: dict[str, Any]) -> bool:
    told = json.loads(record["body"])
    received = int(record["attributes"]["ApproximateReceiveCount"])
    if told.get("raises", 0) >= received:
        raise RuntimeError("as told")
    return bool(told.get("fails", 0) >= received)


def balks(record: dict[str, Any]) -> bool:
    new = record.get("dynamodb", {}).get("NewImage", {})
    return "raise_until" in new and time.time() < float(new["raise_until"]["N"])


def answer(event: dict[str, Any]) -> dict[str, Any]:
    headers = {"content-type": "application/json"}
    if event["rawPath"].endswith("/raw"):
        headers = {"content-type": "image/gif", "x-own": "1"}
        return {"statusCode": 201, "headers": headers, "body": "/wAB", "isBase64Encoded": True}
    return {"statusCode": 200, "headers": headers, "body": json.dumps(event)}
