"""What the templates promise: a unit around every queue, few rights, names that agree."""

from typing import Any

import pytest

from penguinmails.local.stack import ROOT
from tests.infra.templates import Templates

FUNCTION, STACK = "AWS::Serverless::Function", "AWS::CloudFormation::Stack"
QUEUE, TRIGGER = "AWS::SQS::Queue", "AWS::Lambda::EventSourceMapping"
READERS = {
    "AdvanceQueue": "Advancer",
    "CloseQueue": "Closer",
    "ImportQueue": "Importer",
    "LaunchQueue": "Launcher",
    "RecordQueue": "Recorder",
    "ReleaseQueue": "Releaser",
}


def statements(function: dict[str, Any]) -> list[dict[str, Any]]:
    return [s for policy in function["Policies"] for s in policy["Statement"]]


def test_every_function_folder_has_a_resource_of_its_name(templates: Templates) -> None:
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
    functions = templates.of_type(FUNCTION)
    assert folders <= {name.lower() for name in functions}
    for name, function in functions.items():
        assert function["CodeUri"] == f"functions/{name.lower()}/"
        assert function["FunctionName"]["Fn::Sub"] == f"${{AWS::StackName}}-{name.lower()}"


def test_the_queues_are_those_that_functions_read(templates: Templates) -> None:
    units = templates.of_type(STACK)
    queues = {n for n, unit in units.items() if unit["TemplateURL"] == "infra/queue.yaml"}
    assert queues == set(READERS)


@pytest.mark.parametrize(("queue", "reader"), READERS.items())
def test_a_message_stays_hidden_for_six_times_its_readers_timeout(
    templates: Templates, queue: str, reader: str
) -> None:
    hidden = templates.of_type(STACK)[queue]["Parameters"]["VisibilityTimeout"]
    assert hidden >= 6 * templates.of_type(FUNCTION)[reader]["Timeout"]


def test_every_queue_has_dead_letters_after_five_attempts(templates: Templates) -> None:
    queues = templates.of_type(QUEUE, "queue.yaml")
    assert queues["Queue"]["RedrivePolicy"]["maxReceiveCount"] == 5
    assert queues["DeadLetters"]["MessageRetentionPeriod"] == 14 * 24 * 3600
    salvager = templates.of_type(FUNCTION)["Salvager"]
    assert queues["DeadLetters"]["VisibilityTimeout"] >= 6 * salvager["Timeout"]


def test_every_queue_alarms_on_dead_letters_and_on_age(templates: Templates) -> None:
    alarms = templates.of_type("AWS::CloudWatch::Alarm", "queue.yaml").values()
    watched = {(a["MetricName"], a["Dimensions"][0]["Value"]["Fn::GetAtt"][0]) for a in alarms}
    assert watched == {
        ("ApproximateNumberOfMessagesVisible", "DeadLetters"),
        ("ApproximateAgeOfOldestMessage", "Queue"),
    }


def test_every_function_has_alarms(templates: Templates) -> None:
    units = templates.of_type(STACK, "alarms.yaml")
    watched = {unit["Parameters"]["FunctionName"]["Fn::Sub"] for unit in units.values()}
    assert watched == {f"${{Prefix}}-{name.lower()}" for name in templates.of_type(FUNCTION)}


def test_every_queue_reports_failures_message_by_message(templates: Templates) -> None:
    triggers = templates.of_type(TRIGGER, "triggers.yaml")
    queues = [t for name, t in triggers.items() if name != "ProjectorTrigger"]
    assert len(queues) == 2 * len(READERS)
    assert all(t["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for t in queues)


def test_the_salvager_reads_all_dead_letters(templates: Templates) -> None:
    triggers = templates.of_type(TRIGGER, "triggers.yaml").values()
    read = {t["EventSourceArn"]["Ref"] for t in triggers if t["FunctionName"]["Ref"] == "Salvager"}
    assert read == {name.replace("Queue", "DeadLetters") for name in READERS}


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


def test_no_function_may_do_everything_or_touch_everything(templates: Templates) -> None:
    for function in templates.of_type(FUNCTION).values():
        for statement in statements(function):
            assert not any("*" in action for action in statement["Action"])
            assert "*" not in statement["Resource"]


def test_webhooks_read_one_table_and_send_to_one_queue(templates: Templates) -> None:
    allowed = statements(templates.of_type(FUNCTION)["Webhook"])
    assert {a for s in allowed for a in s["Action"]} == {"dynamodb:GetItem", "sqs:SendMessage"}


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
