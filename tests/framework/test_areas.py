from __future__ import annotations

import pytest

import piikit
from piikit.framework.areas import AreaList, area_list, plain_name
from piikit.framework.catalogue import ShippedAreas

VN63, VN34 = ShippedAreas()["vn-63"], ShippedAreas()["vn-34"]


def test_every_shipped_list_is_sound_and_has_the_id_of_its_file() -> None:
    lists = ShippedAreas()
    assert sorted(lists) == [areas.id for areas in lists.values()] == ["vn-34", "vn-63"]
    assert [area_list(areas.document).areas for areas in lists.values()] == [areas.areas for areas in lists.values()]
    assert "vn-35" not in lists


@pytest.mark.parametrize(("areas", "count"), [(VN63, 63), (VN34, 34)])
def test_codes_names_and_regions_are_complete(areas: AreaList, count: int) -> None:
    assert len(areas) == len(set(areas.codes)) == len(set(areas.names)) == count
    assert {area.region for area in areas.areas} <= set(areas.regions)
    assert all(len(code) == 2 and code.isdigit() for code in areas.codes)


@pytest.mark.parametrize("areas", [VN63, VN34])
def test_every_code_and_name_means_its_own_area(areas: AreaList) -> None:
    wrong = [
        text
        for place, area in enumerate(areas.areas)
        for text in (area.code, area.name, area.name.upper(), plain_name(area.name), f"Tỉnh {area.name}", *area.aliases)
        if areas.match(text) != (place,)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("HA NOI", "Hà Nội"),
        ("TP. Hồ Chí Minh", "Hồ Chí Minh"),
        ("Thành phố Đà Nẵng", "Đà Nẵng"),
        ("  bac giang ", "Bắc Giang"),
        ("Đak Lak", "Đắk Lắk"),
        ("Bà Rịa Vũng Tàu", "Bà Rịa - Vũng Tàu"),
        ("Thừa Thiên - Huế", "Thừa Thiên Huế"),
        ("Bắc Giang", "Bắc Giang"),
    ],
)
def test_names_as_people_write_them(text: str, name: str) -> None:
    found = VN63.get(text)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("text", ["", " ", "Hà", "Atlantis", "Bắc"])
def test_what_is_no_name_matches_nothing(text: str) -> None:
    assert VN63.match(text) == ()


def test_the_same_code_is_another_area_after_the_merger() -> None:
    now = {area.code: area.name for area in VN34.areas}
    changed = {
        area.code: (area.name, now[area.code]) for area in VN63.areas if now.get(area.code, area.name) != area.name
    }
    assert changed == {
        "15": ("Yên Bái", "Lào Cai"),
        "24": ("Bắc Giang", "Bắc Ninh"),
        "44": ("Quảng Bình", "Quảng Trị"),
        "46": ("Thừa Thiên Huế", "Huế"),
        "52": ("Bình Định", "Gia Lai"),
        "80": ("Long An", "Tây Ninh"),
        "82": ("Tiền Giang", "Đồng Tháp"),
        "91": ("Kiên Giang", "An Giang"),
    }


def test_every_area_of_63_went_into_exactly_one_of_34() -> None:
    parts = [code for area in VN34.areas for code in area.formed_from]
    assert sorted(parts) == sorted(VN63.codes)
    successors = {area.code: area.successor for area in VN63.areas}
    formed = {part: area.code for area in VN34.areas for part in area.formed_from}
    assert successors == formed


def test_names_that_ended_are_known_with_their_successor() -> None:
    assert VN34.successor_of("bac giang") == "Bắc Ninh"
    assert VN34.successor_of("Bắc Ninh") is None
    assert VN63.successor_of("Bắc Giang") is None


def test_an_alias_of_two_areas_is_ambiguous_and_a_code_is_not() -> None:
    document = {
        "id": "two",
        "title": {"vi": "Hai", "en": "Two"},
        "sources": ["s"],
        "areas": [
            {"code": "AN", "name": "An Phú", "aliases": ["An"]},
            {"code": "b", "name": "An Sơn", "aliases": ["An"]},
        ],
    }
    areas = area_list(document)
    assert areas.match("An") == (0, 1)
    assert areas.match("AN") == (0,)


def test_a_faulty_list_names_every_fault() -> None:
    document = {
        "id": "two",
        "title": {"vi": "Hai", "en": "Two"},
        "sources": ["s"],
        "areas": [{"code": "a", "name": "A"}, {"code": "a", "name": "B"}],
    }
    with pytest.raises(piikit.DocumentError) as caught:
        area_list(document)
    assert [(item.code, item.column) for item in caught.value.found] == [("duplicate_code", "/areas/1/code")]
