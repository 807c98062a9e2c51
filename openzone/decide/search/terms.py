"""The terms a text is found by: English words, Chinese pairs, and words of the question itself."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from operator import add

_RUN = re.compile(r"[a-z0-9]+(?:[-&'’][a-z0-9]+)*|[㐀-䶿一-鿿]+")
_ACCENT = re.compile(r"[\u0300-\u036f]")
_JOINER = re.compile(r"[-&]")
_HISSING = ("sses", "shes", "ches", "xes", "zes")
_SINGULAR = frozenset(("bus", "gas", "news", "series", "securities"))  # "security" guards doors

# These name the question and not the activity: they weigh little beside any other word.
_QUESTION_ENGLISH = (
    "a an the of for and or in into to on at by with from i we my our me us want wish like would "
    "could can may do is are be how what which need looking plan foreign foreigner wholly fully "
    "owned own owner invest investing investment investor company firm business enterprise "
    "corporation corp ltd inc llc wfoe subsidiary joint open opening set setup up establish "
    "establishing start starting run build create launch new"
)
_QUESTION_CHINESE = (
    "外国投资者 可不可以 能不能 投资者 外商 外资 外企 独资 全资 合资 控股 投资 企业 公司 "
    "开设 开办 设立 成立 创办 兴办 新设 新建 办理 从事 注册 我想 我们 想要 打算 准备 "
    "可以 能否 可否 是否 怎么 如何 请问 一家 一个 一间 一所"
)
QUESTION_CHARACTERS = frozenset("开办设立建搞做的在我想要能可吗呢个家间一是有去来了和与及或为")
_PHRASE = re.compile(f"({'|'.join(_QUESTION_CHINESE.split())})")


def folded(text: str) -> str:
    """The text in lower case, with full-width forms made narrow and accents taken off."""
    if text.isascii():
        return text.lower()
    return _ACCENT.sub("", unicodedata.normalize("NFKD", text).casefold())


def is_chinese(term: str) -> bool:
    """Say whether a run or a term is made of Chinese characters."""
    return term[0] >= "㐀"


def stem(word: str) -> str:
    """The word without the marks of a plural, in one spelling (centre, center).

    >>> stem("batteries"), stem("clinics"), stem("theatre"), stem("gas")
    ('battery', 'clinic', 'theater', 'gas')
    """
    if len(word) <= 3 or word in _SINGULAR:
        return word
    if word.endswith("s"):
        if word.endswith("ies"):
            word = word[:-3] + "y"
        elif word.endswith(_HISSING):
            word = word[:-2]
        elif word[-2] not in "sui":
            word = word[:-1]
    if word.endswith("tre"):
        return word[:-2] + "er"
    return word.replace("isation", "ization").replace("programme", "program")


@lru_cache(maxsize=8192)
def english_terms(run: str) -> tuple[str, ...]:
    """The terms of an English word; a hyphened word is found joined and by its parts.

    >>> english_terms("e-commerce"), english_terms("high-speed"), english_terms("people's")
    (('ecommerce',), ('highspeed', 'high', 'speed'), ('people',))
    """
    if run.isalnum():
        return (stem(run),)
    run = run.replace("’", "'").removesuffix("'s").replace("'", "")
    parts = _JOINER.split(run)
    joined = stem("".join(parts))
    if len(parts) == 1 or min(map(len, parts)) < 2:
        return (joined,)
    return (joined, *map(stem, parts))


def chinese_terms(run: str) -> list[str]:
    """The terms of a Chinese run: its pairs of characters, and question phrases whole.

    No pair crosses the border of a question phrase; a character left alone is a term.

    >>> chinese_terms("外资数据中心"), chinese_terms("钨")
    (['外资', '数据', '据中', '中心'], ['钨'])
    """
    found: list[str] = []
    for at, part in enumerate(_PHRASE.split(run)):
        if at % 2 or len(part) == 1:
            found.append(part)
        else:
            found += map(add, part, part[1:])
    return found


def chinese_words(run: str) -> list[str]:
    """What is left of a Chinese run without its question phrases.

    >>> chinese_words("我想开设外资医院")
    ['医院']
    """
    return [part for part in _PHRASE.split(run)[::2] if part]


def runs(text: str) -> list[str]:
    """The English words and the Chinese runs of a folded text, in their order."""
    return _RUN.findall(text)


def terms(text: str) -> tuple[str, ...]:
    """The terms under which a phrase is indexed, each once; the text is folded.

    >>> terms(folded("IDC 数据中心"))
    ('idc', '数据', '据中', '中心')
    """
    found: list[str] = []
    for run in _RUN.findall(text):
        found += chinese_terms(run) if is_chinese(run) else english_terms(run)
    return tuple(dict.fromkeys(found))


QUESTION_TERMS = frozenset((*map(stem, _QUESTION_ENGLISH.split()), *_QUESTION_CHINESE.split()))
