"""A second start goes on where the first stopped."""

from __future__ import annotations

import pytest

from tests.stack.night import Night, eventually

pytestmark = pytest.mark.stack


def test_conversations_leads_and_pending_timers_survive_a_restart(bring_up):
    phone, other = "telegram-1", "whatsapp-1"
    with bring_up("kept") as stack:
        night = Night(stack.page, dict(stack.hooks), dict(stack.secrets))
        asked = night.say(phone, "Хочу на маникюр завтра в 5, меня зовут Анна, +79000000001")
        night.press(phone, asked, "consent:yes")
        eventually(night.cards)
        night.say(other, "Можно на педикюр в пятницу?")
        conversation = eventually(lambda: night.phone(other)["conversation"])
        before = night.state()
    with bring_up("kept") as stack:
        night = Night(stack.page, dict(stack.hooks), dict(stack.secrets))
        eventually(lambda: night.phone(other)["conversation"] == conversation)
        after = night.state()
        assert [one["messages"] for one in after["phones"]] == [one["messages"] for one in before["phones"]]
        assert night.cards() == before["crm"]["cards"][:1]
        assert [timer["name"] for timer in after["timers"]] == [timer["name"] for timer in before["timers"]] != []
        assert "записаны" in night.say(phone, "запишите меня")["text"]
        night.post("clock", {"minutes": 15})
        eventually(lambda: any("ЗАМОЛЧАЛ" in text for text in night.duty_texts()))
