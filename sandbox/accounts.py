"""The accounts that exist on the sandbox's side. None of them opens anything outside this machine."""

from __future__ import annotations

TELEGRAM_BOT_ID = 100000001
TELEGRAM_TOKEN = f"{TELEGRAM_BOT_ID}:demo-telegram-token-of-the-sandbox"
TELEGRAM_TOKENS = f"{TELEGRAM_BOT_ID}:demo-"
"""How every token of the demo bot begins."""

WHATSAPP_NUMBER_ID = "100000000000002"
WHATSAPP_ACCOUNT_ID = "100000000000003"
INSTAGRAM_ACCOUNT_ID = "17841400000000001"
META_TOKEN = "demo-meta-token-of-the-sandbox"  # noqa: S105

BITRIX24_USER = 1
BITRIX24_CODE = "demo-webhook-code"
BITRIX24_PATH = f"/bitrix24/rest/{BITRIX24_USER}/{BITRIX24_CODE}"

OPENAI_KEY = "demo-openai-key-of-the-sandbox"

SMSRU_API_ID = "demo-smsru-api-id-of-the-sandbox"
SMSC_LOGIN = "demo-smsc-login"
SMSC_APIKEY = "demo-smsc-key-of-the-sandbox"
ZVONOK_PUBLIC_KEY = "demo-zvonok-key-of-the-sandbox"
ZVONOK_CAMPAIGN_ID = "100000004"

DEMO = "demo-"
"""How a valid token, code, key or login of Meta, Bitrix24, OpenAI and the gateways begins here."""
