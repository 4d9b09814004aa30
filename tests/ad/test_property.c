/* SPDX-License-Identifier: MIT */
#include "ad/property.h"

#include "test.h"

TEST(found_by_name_and_by_attribute_in_any_case)
{
    const struct hop_ad_property *p = hop_ad_property_find("surNAME", 7);

    REQUIRE(p != NULL);
    CHECK_STR(p->attribute, "sn");
    CHECK(hop_ad_property_find("SN", 2) == p);
    CHECK(hop_ad_property_find("nothing", 7) == NULL);
    CHECK(hop_ad_property_find("sn", 1) == NULL);
}

TEST(the_attribute_of_flags_is_no_flag)
{
    CHECK(hop_ad_property_find("userAccountControl", 18) == NULL);
}

TEST(each_name_is_there_once)
{
    size_t n;
    const struct hop_ad_property *p = hop_ad_properties(&n);

    for (size_t i = 1; i < n; i++)
        CHECK(strcmp(p[i - 1].name, p[i].name) < 0);
}

int
main(void)
{
    RUN(found_by_name_and_by_attribute_in_any_case);
    RUN(the_attribute_of_flags_is_no_flag);
    RUN(each_name_is_there_once);
    return test_done();
}
