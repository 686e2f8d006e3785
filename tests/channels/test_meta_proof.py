"""Meta's handshake and signature, as WhatsApp and Instagram both use them."""

import pytest

from chalicelib.channels import channel
from chalicelib.errors import Rejected

META = pytest.mark.parametrize("name", ["whatsapp", "instagram"])
COMPACT = b'{"object":"whatsapp_business_account","entry":[]}'
SPACED = b'{"object": "whatsapp_business_account", "entry": []}'
VECTORS = [
    ("test_app_secret", COMPACT, "dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756"),
    ("test_app_secret", SPACED, "56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a"),
    ("otro_secreto", COMPACT, "769b03d8c2ae6498f2d1e1f7299c0ba55448c69d741e7b0bb243d852d8a8d8c7"),
]
ASKED = {"hub.mode": "subscribe", "hub.verify_token": "our-token", "hub.challenge": "1158201444"}


@META
@pytest.mark.parametrize(("secret", "body", "digest"), VECTORS)
def test_a_known_signature_is_good(name, secret, body, digest):
    channel(name).verify({"x-hub-signature-256": f"sha256={digest}"}, body, {"secret": secret})


@META
@pytest.mark.parametrize(("secret", "body", "digest"), VECTORS)
def test_a_signature_of_other_bytes_is_rejected(name, secret, body, digest):
    with pytest.raises(Rejected):
        channel(name).verify({"x-hub-signature-256": f"sha256={digest}"}, body + b"\n", {"secret": secret})


@META
@pytest.mark.parametrize("header", ["{}", "sha1={}", "SHA256={}", "sha256= {}", "sha256={} "])
def test_a_good_digest_in_another_form_is_rejected(name, header):
    secret, body, digest = VECTORS[0]
    with pytest.raises(Rejected):
        channel(name).verify({"x-hub-signature-256": header.format(digest)}, body, {"secret": secret})


@META
def test_the_older_sha1_header_proves_nothing(name):
    sha1 = "sha1=" + "a" * 40
    with pytest.raises(Rejected):
        channel(name).verify({"x-hub-signature": sha1}, COMPACT, {"secret": "test_app_secret"})


@META
def test_either_of_two_app_secrets_may_sign(name):
    for _, body, digest in (VECTORS[0], VECTORS[2]):
        headers = {"x-hub-signature-256": f"sha256={digest}"}
        channel(name).verify(headers, body, {"secret": "test_app_secret,otro_secreto"})


@META
def test_the_challenge_is_given_back_to_who_knows_our_token(name):
    assert channel(name).handshake(ASKED, {"verify_token": "our-token"}) == "1158201444"


@META
@pytest.mark.parametrize(
    "change",
    [{"hub.verify_token": "guess"}, {"hub.verify_token": ""}, {"hub.mode": "unsubscribe"}, {"hub.challenge": ""}],
)
def test_a_handshake_that_is_not_quite_right_is_rejected(name, change):
    with pytest.raises(Rejected):
        channel(name).handshake({**ASKED, **change}, {"verify_token": "our-token"})


@META
def test_without_a_token_of_ours_nobody_shakes_hands(name):
    with pytest.raises(Rejected):
        channel(name).handshake({**ASKED, "hub.verify_token": ""}, {"verify_token": ""})
