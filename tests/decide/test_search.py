"""Search: everyday words in both languages find the activity; codes, rows and places are found too.

`FIRST` holds queries and the tag that must come first, `AMONG_THREE` those where several tags are
as good.
"""

import os
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from openzone.decide.search.find import KINDS, search
from openzone.decide.search.index import Phrases
from openzone.decide.search.terms import chinese_terms, english_terms, folded, stem, terms
from openzone.errors import OpenZoneError
from openzone.rulebook.books import load_book
from tests.tidy import tree

FIRST = """
外资医院                                      health.medical_institution.hospital
我想开一家外资医院                            health.medical_institution.hospital
医院                                          health.medical_institution.hospital
hospital foreign                              health.medical_institution.hospital
foreign hospitals                             health.medical_institution.hospital
wholly foreign owned hospital in shanghai     health.medical_institution.hospital
深圳 医院                                     health.medical_institution.hospital
hosptial                                      health.medical_institution.hospital
综合医院                                      health.medical_institution.hospital.general
医院 综合                                     health.medical_institution.hospital.general
hospital 康复                                 health.medical_institution.hospital.rehabilitation
rehab 医院                                    health.medical_institution.hospital.rehabilitation
eye hospital                                  health.medical_institution.hospital.specialised
traditional chinese medicine hospital         health.medical_institution.hospital.tcm
牙科诊所                                      health.medical_institution.clinic
acupuncture clinic                            health.medical_institution.clinic.tcm
养老院                                        care.elder
old people home                               care.elder
data centre                                   telecom.vas.idc
datacenter                                    telecom.vas.idc
dat center                                    telecom.vas.idc
数据中心 独资                                 telecom.vas.idc
数据中新                                      telecom.vas.idc
IDC                                           telecom.vas.idc
clould                                        telecom.vas.idc
云服务 foreign                                telecom.vas.idc
app store                                     telecom.vas.app_store
e commerce                                    telecom.vas.ecommerce
ecommerce platform                            telecom.vas.ecommerce
foreign company wants to run online shop      telecom.vas.ecommerce
ＶＰＮ                                        telecom.vas.ip_vpn
call center                                   telecom.vas.call_centre
cyber cafe                                    internet.cafe
短视频                                        internet.av_programme
SaaS                                          internet.software
电影院                                        film.cinema
我想在上海开一家电影院                        film.cinema
can a foreign investor open a cinema          film.cinema
cinmea                                        film.cinema
movie theater                                 film.cinema
院线                                          film.cinema_line
拍电影                                        film.production
KTV                                           leisure.entertainment_venue
news agencies                                 media.news
book printing                                 print.publications
sell books                                    trade.publications_retail
foreign law firm                              law.foreign_firm_office
外资律所                                      law.foreign_firm_office
accountants                                   pro.accounting_firm
专利代理                                      pro.patent_agency
opinion poll                                  survey.social
seed corn                                     seed.corn
corn seeds                                    seed.corn
玉米种子                                      seed.corn
种子                                          seed
水稻 育种                                     seed.rice
GMO                                           gmo
养猪                                          agri
fishing boats                                 fishery.capture
chip design                                   mfg.semiconductor
芯片设计                                      mfg.semiconductor
semicon                                       mfg.semiconductor
lithium batterys                              mfg.battery
electric cars                                 auto.new_energy
外商投资新能源汽车制造                        auto.new_energy
rare earths mining                            mining.rare_earth
稀土矿 开采                                   mining.rare_earth
nuclear plant                                 power.nuclear
加油站                                        retail.filling_station
metro                                         infra.rail
airlines                                      air.public
无人机配送                                    air.general.drone
cold storage                                  logistics.cold_chain
cross-border ecommerce                        trade.ecommerce_cross_border
duty free shop                                trade.duty_free
投资银行                                      fin.securities
银行                                          fin.bank
foreign bank                                  fin.bank
insurance brokers                             fin.insurance_intermediary
securities broker                             fin.securities
QFLP                                          fin.private_fund
resturant                                     food.catering
咖啡店                                        food.catering
民宿                                          lodging.hotel
travel agency                                 tourism.agency
幼儿园                                        edu.preschool
kindergarden                                  edu.preschool
univeristy                                    edu.higher
英语培训                                      edu.training_nonformal
干细胞                                        bio.stem_cell
CAR-T                                         bio.stem_cell
R&D center                                    research.rnd_centre
高精地图                                      geo.map_making
headhunter                                    hr.agency
antiques auction                              relic.auction
real estate                                   realestate
"""

AMONG_THREE = """
律所                     law.foreign_firm_office
law firm                 law.foreign_firm_office
lawyer                   law
保险公司                 fin.life_insurance
insurance                fin.property_insurance
drone                    air.general.drone
MRO                      air.maintenance_training
freight forwarder        shipping.forwarding
快递                     post.courier
game company             internet.culture.games
网络游戏                 internet.culture.games
电院影                   film.cinema
pilot                    water_transport.pilotage_salvage
认证                     test.certification
TCM                      pharma.tcm_decoction
car                      auto.passenger
bicycle                  mfg
钨制品                   mining.tungsten
"""


def table(text: str) -> list[tuple[str, str]]:
    return [(words.strip(), tag) for words, _, tag in (
        line.rpartition(" ") for line in text.strip().splitlines()
    )]  # fmt: skip


@pytest.fixture(scope="module")
def book():
    return load_book("cn")


def tags(book, words, limit=1):
    return [hit.id for hit in search(book, words, kinds=("activity",), limit=limit)]


@pytest.mark.parametrize(("words", "tag"), table(FIRST))
def test_everyday_words_find_the_activity(book, words, tag):
    assert tags(book, words) == [tag]


@pytest.mark.parametrize(("words", "tag"), table(AMONG_THREE))
def test_words_of_several_activities_find_it_among_three(book, words, tag):
    assert tag in tags(book, words, limit=3)


def test_the_tables_hold_both_languages_and_name_known_tags(book):
    asked = table(FIRST) + table(AMONG_THREE)
    assert len(asked) >= 60
    assert all(tag in book.vocabulary for _, tag in asked)
    assert sum(words.isascii() for words, _ in asked) >= 30
    assert sum(not words.isascii() for words, _ in asked) >= 30


def test_every_title_and_nearly_every_keyword_finds_its_tag(book):
    lost = []
    for tag, activity in book.vocabulary.items():
        for words in activity.title:
            if tag not in tags(book, words, limit=3):
                lost.append(words)
        for words in (*activity.keywords_zh, *activity.keywords_en):
            if tag not in tags(book, words, limit=5):
                lost.append(words)
    assert not lost


@pytest.mark.parametrize(
    "words", ["医院", "hospital", "电信", "telecom", "film", "law", "医疗器械"]
)
def test_a_general_query_finds_the_general_tag_before_its_children(book, words):
    first, *rest = tags(book, words, limit=20)
    assert any(tag.startswith(first + ".") for tag in rest)
    assert not any(first.startswith(tag + ".") and words in book.vocabulary[tag].title
                   for tag in rest)  # fmt: skip


# -- rows, codes and places -----------------------------------------------------------------


def test_a_row_is_found_by_its_id_its_measure_and_its_title(book):
    for id in book.row_ids:
        row = book.versions(id)[-1]
        assert search(book, id, limit=1)[0].id == id
        by_measure = search(book, row.measure, kinds=("row",), limit=40)
        assert (id, 100) in [(hit.id, hit.score) for hit in by_measure]
        for words in row.title:
            assert id in [hit.id for hit in search(book, words, kinds=("row",), limit=20)]


def test_the_beginning_of_a_row_id_finds_its_parts(book):
    found = [hit.id for hit in search(book, "fi-ftz-2021-01")]
    assert found == ["FI-FTZ-2021-01a", "FI-FTZ-2021-01b"]


def test_an_industry_is_found_by_code_by_prefix_and_by_title(book):
    assert search(book, "8411", limit=1)[0].id == "8411"
    assert {"841", "8411", "8415"} <= {hit.id for hit in search(book, "841", limit=20)}
    assert search(book, "自行车制造", limit=1)[0].id == "3761"
    assert search(book, "bicicle repair", limit=1)[0].id == "8191"


def test_an_industry_code_finds_the_activities_that_stand_for_it(book):
    assert "telecom.vas.idc" in tags(book, "6450", limit=3)
    assert tags(book, "8411") == ["health.medical_institution.hospital.general"]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("上海", "province:shanghai"), ("深圳市", "city:shenzhen"), ("shenzen", "city:shenzhen"),
        ("浦东", "city:shanghai-pudong"), ("Qianhai", "ftz:guangdong-qianhai-shekou"),
        ("ftz:tianjin", "ftz:tianjin"), ("自贸试验区", "ftz"), ("greater bay area", "area:gba"),
        ("Xi'an", "city:xian"), ("临港新片区", "ftz:shanghai-lingang"),
    ],
)  # fmt: skip
def test_a_place_is_found_by_name_alias_and_id(book, words, place):
    assert search(book, words, limit=1)[0].id == place


def test_every_place_name_finds_its_place(book):
    for id, place in book.territories.items():
        for words in (id, *place.name, *place.aliases):
            found = [hit.id for hit in search(book, words, kinds=("place",), limit=5)]
            assert id in found, words


# -- what a hit says ------------------------------------------------------------------------


def test_a_hit_says_what_matched_and_which_codes_it_has(book):
    (hit,) = search(book, "数据中心 独资", kinds=("activity",), limit=1)
    assert (hit.kind, hit.why, hit.codes) == ("activity", "数据中心", ("6450", "6550"))
    assert hit.title == book.vocabulary["telecom.vas.idc"].title
    assert 0 < hit.score <= 100


def test_exact_keyword_before_title_word_before_part_of_keyword_before_code_title(book):
    found = search(book, "hospital", kinds=("activity",), limit=50)
    score = {hit.id: hit.score for hit in found}
    keyword = score["health.medical_institution.hospital"]
    title_word = score["health.medical_institution.hospital.general"]
    part_of_keyword = score["agri.animal_clinic"]
    code_title = search(book, "bicycle", kinds=("activity",))[0].score
    assert keyword > title_word > part_of_keyword > code_title


@pytest.mark.parametrize("words", ["", "  ", "的", "!!", "xyzzy", "qwrtpl zxcv"])
def test_nothing_is_found_where_nothing_matches(book, words):
    assert [hit.id for hit in search(book, words) if hit.kind == "activity"] == []


def test_kinds_and_limit_are_kept(book):
    for kind in KINDS:
        hits = search(book, "葡萄酒" if kind == "goods" else "医院 上海", kinds=(kind,), limit=3)
        assert hits
        assert len(hits) <= 3
        assert {hit.kind for hit in hits} == {kind}


def test_goods_are_found_by_words_by_code_and_when_nothing_else_is(book):
    found = search(book, "wine of fresh grapes", kinds=("goods",), limit=3)
    assert "2204" in {hit.id for hit in found}
    assert {hit.kind for hit in search(book, "2204.21")} == {"goods"}
    assert search(book, "mules hinnies")[0].id == "010190"
    assert all(hit.kind != "goods" for hit in search(book, "hospital"))


def test_an_unknown_kind_and_no_hits_at_all_are_refused(book):
    with pytest.raises(OpenZoneError, match=r"wrong_value.*kinds.*activity"):
        search(book, "医院", kinds=("activities",))
    with pytest.raises(OpenZoneError, match="out_of_range"):
        search(book, "医院", limit=0)


# -- properties -----------------------------------------------------------------------------

WORDS = st.sampled_from([words for words, _ in table(FIRST) + table(AMONG_THREE)])
MIXED = st.lists(st.one_of(WORDS, st.text(max_size=6)), max_size=8).map(" ".join)


@given(st.one_of(st.text(), MIXED), st.integers(1, 30))
@example("-&'’-", 1)
@example("外资" * 300, 5)
@example("ﷺ" * 300, 5)
def test_any_text_is_answered_in_order_and_the_same_twice(text, limit):
    book = load_book("cn")
    hits = search(book, text, limit=limit)
    assert hits == search(book, text, limit=limit)
    assert hits == search(book, text, limit=100)[:limit]
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 100 for score in scores)
    assert len({(hit.kind, hit.id) for hit in hits}) == len(hits)


@given(st.permutations(["foreign", "corn", "seed", "玉米", "外资"]))
def test_the_order_of_words_changes_nothing(words):
    book = load_book("cn")
    expected = search(book, "seed corn 玉米 外资 foreign")
    assert [hit.id for hit in search(book, " ".join(words))] == [hit.id for hit in expected]


@given(st.text())
def test_terms_are_made_of_folded_text_alone(text):
    assert terms(folded(text)) == terms(folded(folded(text)))


def test_the_answer_does_not_depend_on_the_seed_of_hashes():
    code = (
        "from openzone.rulebook.books import load_book\n"
        "from openzone.decide.search.find import search\n"
        "for text in ('hosptial', '数据中新', 'insurence brokr', '医', 'bank 上海', '8411'):\n"
        "    print(search(load_book('cn'), text, limit=40))\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=tree.ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(said) == 1


def test_importing_search_loads_no_engine():
    code = (
        "import sys, openzone.decide.search.find, openzone.cli.search\n"
        "print(*{'pydantic', 'ibis', 'duckdb', 'numpy', 'rapidfuzz'} & sys.modules.keys())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tree.ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == ""


# -- words ----------------------------------------------------------------------------------


def test_terms_of_words():
    assert [stem(word) for word in ("batteries", "clinics", "theatre", "gas", "securities")] == [
        "battery", "clinic", "theater", "gas", "securities"
    ]  # fmt: skip
    assert english_terms("high-speed") == ("highspeed", "high", "speed")
    assert english_terms("people's") == ("people",)
    assert chinese_terms("外资数据中心") == ["外资", "数据", "据中", "中心"]
    assert terms(folded("Café ＩＤＣ")) == ("cafe", "idc")


def test_the_index_is_built_once_for_a_book(book):
    search(book, "医院")
    index = book.memo["search_index"]
    search(book, "hospital")
    assert isinstance(index, Phrases)
    assert book.memo["search_index"] is index
