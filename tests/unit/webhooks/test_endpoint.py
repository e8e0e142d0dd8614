"""Where webhooks may go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseflow.errors import EndpointRefused
from caseflow.webhooks import Endpoint, new_secret


def endpoint(url: str, *, is_plain: bool = False) -> Endpoint:
    return Endpoint(name="crm", url=url, secrets=[new_secret()], is_plain=is_plain)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://crm.example/hook", "without https"),
        ("http://127.0.0.1.example/hook", "without https"),
        ("https://me:secret@crm.example/hook", "a password in its address"),
        ("file:///etc/passwd", "no address with https"),
        ("https:///hook", "no address with https"),
        ("crm.example/hook", "no address with https"),
        ("https://crm.example:99999/hook", "an address that is none"),
        ("https://[crm", "an address that is none"),
    ],
)
def test_an_address_that_will_not_do_is_refused(url: str, words: str) -> None:
    with pytest.raises(EndpointRefused, match=words):
        endpoint(url)


@pytest.mark.parametrize(
    "url",
    ["https://crm.example/hook", "http://127.0.0.1:8080/", "http://localhost/", "http://[::1]/"],
)
def test_an_address_with_https_or_on_this_machine_is_taken(url: str) -> None:
    assert endpoint(url).url == url


def test_a_network_that_is_trusted_may_do_without_https() -> None:
    assert endpoint("http://crm.intranet/hook", is_plain=True).parts.hostname == "crm.intranet"


def test_a_webhook_has_a_secret_and_time_to_answer() -> None:
    with pytest.raises(EndpointRefused, match="has no secret"):
        Endpoint(name="crm", url="https://crm.example/", secrets=[])
    with pytest.raises(EndpointRefused, match="base64"):
        Endpoint(name="crm", url="https://crm.example/", secrets=["secret"])
    with pytest.raises(EndpointRefused, match="no time"):
        Endpoint(
            name="crm", url="https://crm.example/", secrets=[new_secret()], timeout=timedelta(0)
        )


def test_secrets_are_not_shown() -> None:
    secret = new_secret()
    made = Endpoint(
        name="crm",
        url="https://crm.example/",
        secrets=[secret],
        headers={"authorization": "Bearer 4711"},
    )

    assert secret not in repr(made)
    assert "4711" not in repr(made)
