"""The pages of the reports."""

from tests.reports import county


def test_the_county_leads_down_to_the_order_line(small, official):
    client = official("county_official", county.COUNTY)
    for path in ("/office/", "/office/reports/", f"/office/reports/areas/{county.COUNTY}", f"/office/reports/areas/{county.TOWN}", f"/office/reports/areas/{county.VILLAGE}", f"/office/reports/households/{small.households['H1'].ref}", f"/office/reports/lines?area={county.VILLAGE}&kind=gross", "/office/reports/lines/1", "/office/reports/definitions", f"/office/reports/areas/{county.COUNTY}/households/registered", f"/office/reports/areas/{county.COUNTY}/declared"):
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.text[-3000:])
        print(path, len(answer.data))
    assert 0
