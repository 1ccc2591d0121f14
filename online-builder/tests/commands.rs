//! The program itself: its help, its usage errors and its refusals, word for word.
//! Knows nothing of what a command does when all is well; that is tested in the library.

#[test]
fn every_case_prints_what_it_printed_before() {
    trycmd::TestCases::new()
        .case("tests/cmd/*.toml")
        .case("tests/cmd/*.trycmd");
}
