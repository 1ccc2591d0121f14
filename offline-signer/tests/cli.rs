//! What the program prints and with which status it ends, for every refusal that needs no token.

#[test]
fn the_command_line_says_what_was_wrong_and_what_to_do() {
    trycmd::TestCases::new().case("tests/cmd/*.toml");
}
