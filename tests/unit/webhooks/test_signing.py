"""Signatures: only what was signed with the secret, and in time, is taken for genuine."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from caseflow.errors import EndpointRefused, NotGenuine
from caseflow.webhooks import ID, SIGNATURE, TIMESTAMP, new_secret, signature, verify

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of the specification
BODY = b'{"test": 2432232314}'


def headers(secret: str = SECRET, *, seconds: int = SECONDS, body: bytes = BODY) -> dict[str, str]:
    """The headers of a genuine request."""
    return {
        ID: "msg_1",
        TIMESTAMP: str(seconds),
        SIGNATURE: signature(secret, "msg_1", seconds, body),
    }


def test_the_signature_is_that_of_the_specification() -> None:
    # The example of https://www.standardwebhooks.com and its libraries.
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    found = signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY)

    assert found == expected


def test_it_is_made_of_the_id_the_time_and_the_body() -> None:
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    digest = hmac.new(key, b"msg_1." + str(SECONDS).encode() + b"." + BODY, hashlib.sha256)

    assert headers()[SIGNATURE] == "v1," + base64.b64encode(digest.digest()).decode()


def test_a_genuine_request_is_taken() -> None:
    assert verify(headers(), BODY, secrets=[SECRET], now=NOW) == "msg_1"


def test_the_names_of_headers_may_be_in_capital_letters() -> None:
    shouted = {name.upper(): value for name, value in headers().items()}

    assert verify(shouted, BODY, secrets=[SECRET], now=NOW) == "msg_1"


def test_an_old_and_a_new_secret_are_valid_side_by_side() -> None:
    new = new_secret()
    both = headers()
    both[SIGNATURE] += " " + headers(new)[SIGNATURE]

    for secrets in ([SECRET], [new], [new_secret(), new]):
        assert verify(both, BODY, secrets=secrets, now=NOW) == "msg_1"


@pytest.mark.parametrize(
    ("change", "body", "words"),
    [
        ({}, BODY + b" ", "no signature of the request is right"),
        ({ID: "msg_2"}, BODY, "no signature of the request is right"),
        ({TIMESTAMP: str(SECONDS + 1)}, BODY, "no signature of the request is right"),
        ({SIGNATURE: "v1,AAAA"}, BODY, "no signature of the request is right"),
        ({SIGNATURE: "v1,ä"}, BODY, "no signature of the request is right"),
        ({SIGNATURE: ""}, BODY, "no header webhook-signature"),
        ({ID: "", TIMESTAMP: ""}, BODY, "no header webhook-id, webhook-timestamp"),
        ({TIMESTAMP: "yesterday"}, BODY, "is no time"),
        ({TIMESTAMP: "-1"}, BODY, "is no time"),
    ],
)
def test_what_is_not_as_it_was_signed_is_turned_away(
    change: dict[str, str], body: bytes, words: str
) -> None:
    with pytest.raises(NotGenuine, match=words):
        verify({**headers(), **change}, body, secrets=[SECRET], now=NOW)


def test_another_secret_is_not_the_right_one() -> None:
    with pytest.raises(NotGenuine):
        verify(headers(), BODY, secrets=[new_secret()], now=NOW)


@pytest.mark.parametrize(("late", "is_genuine"), [(300, True), (301, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_request_counts_for_five_minutes_only(late: int, sign: int, *, is_genuine: bool) -> None:
    now = NOW + sign * timedelta(seconds=late)

    if is_genuine:
        assert verify(headers(), BODY, secrets=[SECRET], now=now) == "msg_1"
    else:
        with pytest.raises(NotGenuine, match="may be replayed"):
            verify(headers(), BODY, secrets=[SECRET], now=now)


@pytest.mark.parametrize(
    ("secret", "words"),
    [("whsec_MfKQ9r8GKYqr", "has 9 bytes"), ("whsec_!!", "base64"), ("ü", "base64")],
)
def test_what_is_no_secret_is_refused(secret: str, words: str) -> None:
    with pytest.raises(EndpointRefused, match=words):
        signature(secret, "msg_1", SECONDS, BODY)


def test_a_new_secret_is_like_no_other() -> None:
    assert new_secret() != new_secret()
