"""What browsers call themselves, in words."""

import pytest

from units.browsers import browser_words

WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (WINDOWS, "Chrome, Windows"),
        (f"{WINDOWS} Edg/126.0.0.0", "Edge, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/110.0 Safari/537.36 coc_coc_browser/118.0", "Cốc Cốc, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-A155F) Chrome/125.0 Mobile Safari/537.36 Zalo android/24",
            "Zalo, Android",
        ),
        ("curl/8.5.0", "trình duyệt khác"),
        ("", "trình duyệt khác"),
    ],
)
def test_words(user_agent, words):
    assert browser_words(user_agent) == words
