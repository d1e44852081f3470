"""A session of botocore reads what botocore's own reads."""

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.session import get_session

from penguinmails.bootstrap.session import new_session


@pytest.mark.parametrize("service", ["dynamodb", "s3", "sesv2", "sqs"])
def test_a_service_has_the_model_that_botocore_gives_it(service: str) -> None:
    ours = new_session("eu-central-1").get_component("data_loader")
    theirs = get_session().get_component("data_loader")
    for kind in ("service-2", "endpoint-rule-set-1"):
        assert ours.load_service_model(service, kind) == theirs.load_service_model(service, kind)


@pytest.mark.parametrize("data", ["endpoints", "partitions", "_retry"])
def test_what_all_services_share_is_the_same(data: str) -> None:
    assert new_session("eu-central-1").get_data(data) == get_session().get_data(data)


def test_a_service_that_does_not_exist_is_still_refused() -> None:
    with pytest.raises(UnknownServiceError, match="squs"):
        new_session("eu-central-1").get_service_model("squs")
