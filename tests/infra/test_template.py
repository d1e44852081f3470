"""What the templates promise: a unit around every queue, few rights, names that agree."""

import re

from penguinmails.local.stack import ROOT
from penguinmails.observability import METRICS
from tests.infra.templates import TRIGGER, Templates

FUNCTION, STACK = "AWS::Serverless::Function", "AWS::CloudFormation::Stack"
QUEUE, ALARM = "AWS::SQS::Queue", "AWS::CloudWatch::Alarm"
LONGEST_RETENTION_S = 14 * 24 * 3600
READERS = {
    "AdvanceQueue": "Advancer",
    "CloseQueue": "Closer",
    "ImportQueue": "Importer",
    "LaunchQueue": "Launcher",
    "RecordQueue": "Recorder",
    "ReleaseQueue": "Releaser",
}


def test_every_function_folder_has_a_resource_of_its_name(templates: Templates) -> None:
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
    functions = templates.of_type(FUNCTION)
    assert folders <= {name.lower() for name in functions}
    for name, function in functions.items():
        assert function["CodeUri"] == f"functions/{name.lower()}/"
        assert function["FunctionName"]["Fn::Sub"] == f"${{AWS::StackName}}-{name.lower()}"


def test_every_queue_is_a_unit_that_one_function_reads(templates: Templates) -> None:
    units = templates.of_type(STACK)
    queues = {n for n, unit in units.items() if unit["TemplateURL"] == "infra/queue.yaml"}
    assert queues == set(READERS)
    assert {block for block, _ in templates.everywhere(QUEUE)} == {"queue.yaml"}
    read = [(t.unit, t.function) for t in templates.triggers() if t.output == "Outputs.Arn"]
    assert sorted(read) == sorted(READERS.items())


def test_a_message_stays_hidden_for_six_times_its_readers_timeout(templates: Templates) -> None:
    units, functions = templates.of_type(STACK), templates.of_type(FUNCTION)
    dead_letters = templates.of_type(QUEUE, "queue.yaml")["DeadLetters"]["VisibilityTimeout"]
    given = templates.of_type(QUEUE, "queue.yaml")["Queue"]["VisibilityTimeout"]
    assert given == {"Ref": "VisibilityTimeout"}
    for trigger in templates.triggers():
        if trigger.unit in READERS:
            waits = trigger.settings.get("MaximumBatchingWindowInSeconds", 0)
            own = units[trigger.unit]["Parameters"]["VisibilityTimeout"]
            hidden = own if trigger.output == "Outputs.Arn" else dead_letters
            assert hidden >= 6 * functions[trigger.function]["Timeout"] + waits, trigger


def test_every_queue_has_dead_letters_after_five_attempts(templates: Templates) -> None:
    queues = templates.of_type(QUEUE, "queue.yaml")
    assert queues["Queue"]["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["DeadLetters", "Arn"]},
        "maxReceiveCount": 5,
    }
    assert queues["DeadLetters"]["MessageRetentionPeriod"] == LONGEST_RETENTION_S
    assert all(queue["SqsManagedSseEnabled"] is True for queue in queues.values())


def test_every_queue_alarms_on_its_first_dead_letter_and_on_age(templates: Templates) -> None:
    alarms = templates.of_type(ALARM, "queue.yaml").values()
    watched = {
        (a["MetricName"], a["Dimensions"][0]["Value"]["Fn::GetAtt"][0]): a["Threshold"]
        for a in alarms
    }
    assert watched == {
        ("ApproximateNumberOfMessagesVisible", "DeadLetters"): 0,
        ("ApproximateAgeOfOldestMessage", "Queue"): {"Ref": "OldestMessageLimit"},
    }
    assert all(a["ComparisonOperator"] == "GreaterThanThreshold" for a in alarms)


def test_every_alarm_tells_the_topic(templates: Templates) -> None:
    told = {"Fn::If": ["HasTopic", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]}
    assert all(alarm["AlarmActions"] == told for _, alarm in templates.everywhere(ALARM))
    with_alarms = {block for block, _ in templates.everywhere(ALARM)} | {"alarms.yaml"}
    for _, unit in templates.everywhere(STACK):
        if unit["TemplateURL"].removeprefix("infra/") in with_alarms:
            assert unit["Parameters"]["AlarmTopic"] == {"Ref": "AlarmTopic"}


def test_every_alarm_names_a_section_of_the_runbook(templates: Templates) -> None:
    runbook = (ROOT / "docs" / "runbook.md").read_text()
    sections = {title.lower() for title in re.findall(r"^## (.+)$", runbook, re.MULTILINE)}
    for _, alarm in templates.everywhere(ALARM):
        said = alarm["AlarmDescription"]
        text = said["Fn::Sub"] if isinstance(said, dict) else said
        assert re.search(r"Runbook[,:] (.+)\.$", text)[1] in sections  # type: ignore[index]


def test_alarms_watch_what_is_there(templates: Templates) -> None:
    functions = {f"${{Prefix}}-{name.lower()}" for name in templates.of_type(FUNCTION)}
    for alarm in templates.of_type(ALARM, "alarms.yaml").values():
        [dimension] = alarm["Dimensions"]
        if alarm["Namespace"] == "PenguinMails":
            assert alarm["MetricName"] in METRICS
            assert dimension == {"Name": "service", "Value": "penguinmails"}
        else:
            assert dimension["Value"]["Fn::Sub"] in functions


def test_every_function_has_alarms(templates: Templates) -> None:
    units = templates.of_type(STACK, "alarms.yaml")
    watched = {unit["Parameters"]["FunctionName"]["Fn::Sub"] for unit in units.values()}
    assert watched == {f"${{Prefix}}-{name.lower()}" for name in templates.of_type(FUNCTION)}


def test_triggers_of_queues_report_failures_message_by_message(templates: Templates) -> None:
    queues = [t for t in templates.triggers() if t.unit in READERS]
    assert len(queues) == 2 * len(READERS)
    assert all(t.settings["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for t in queues)


def test_the_stream_has_the_only_trigger_besides(templates: Templates) -> None:
    others = [t for t in templates.triggers() if t.unit not in READERS]
    assert [(t.function, t.output) for t in others] == [
        ("Projector", "Outputs.EnrollmentsStreamArn")
    ]
    assert {block for block, _ in templates.everywhere(TRIGGER)} == {"triggers.yaml"}
    assert not any("Events" in function for function in templates.of_type(FUNCTION).values())


def test_the_salvager_reads_all_dead_letters(templates: Templates) -> None:
    read = [(t.unit, t.output) for t in templates.triggers() if t.function == "Salvager"]
    assert sorted(read) == [(name, "Outputs.DeadLettersArn") for name in sorted(READERS)]


def test_the_projector_reads_the_stream_in_order_and_never_splits_a_batch(
    templates: Templates,
) -> None:
    trigger = templates.of_type(TRIGGER, "triggers.yaml")["ProjectorTrigger"]
    assert trigger["TumblingWindowInSeconds"] >= 1
    assert trigger["ParallelizationFactor"] == 1
    assert trigger["BisectBatchOnFunctionError"] is False
    assert "FunctionResponseTypes" not in trigger
    stream = templates.of_type("AWS::DynamoDB::Table", "data.yaml")["Enrollments"]
    assert stream["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"


def test_the_dispatcher_runs_every_minute_and_the_patrol_every_five(templates: Templates) -> None:
    schedules = templates.of_type("AWS::Scheduler::Schedule", "schedules.yaml")
    rates = {name: schedule["ScheduleExpression"] for name, schedule in schedules.items()}
    assert rates == {
        "DispatcherSchedule": "rate(1 minute)",
        "PatrolSchedule": "rate(5 minutes)",
    }


def test_every_table_can_be_restored_and_is_encrypted(templates: Templates) -> None:
    tables = templates.of_type("AWS::DynamoDB::Table", "data.yaml")
    assert len(tables) == 7
    for table in tables.values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        assert table["SSESpecification"]["SSEEnabled"]
    expiring = {name for name, table in tables.items() if "TimeToLiveSpecification" in table}
    assert expiring == {"Core", "Wakeups"}


def test_uploads_are_private_and_expire_after_thirty_days(templates: Templates) -> None:
    bucket = templates.of_type("AWS::S3::Bucket", "data.yaml")["Uploads"]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 30


def test_greedy_variables_have_the_one_name_that_steals_no_routes(templates: Templates) -> None:
    routes = templates.of_type("AWS::ApiGatewayV2::Route", "routes.yaml").values()
    assert {route["RouteKey"] for route in routes} == {
        "ANY /api/{proxy+}",
        "ANY /o/{proxy+}",
        "ANY /c/{proxy+}",
        "ANY /u/{proxy+}",
        "ANY /v/{proxy+}",
        "POST /webhooks/{proxy+}",
    }
