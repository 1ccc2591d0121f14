//! What counts as asked before, and until when.

use transaction_review::Spend;

use super::*;
use crate::fixture::{Builder, ETHEREUM_PAYEE, FakeStation, NOW, payment, refusal};
use crate::home::Home;

fn ledger(builder: &Builder) -> Ledger {
    let home = Home::open(&builder.home()).unwrap();
    home.ledger(&builder.source(), builder.now).unwrap()
}

fn outcomes(builder: &Builder) -> Vec<String> {
    let ledger = ledger(builder);
    let requests = ledger.requests().iter();
    requests.map(|earlier| earlier.outcome.text()).collect()
}

/// What is committed at the first station: the request's number and the second it counts from.
fn committed(builder: &Builder) -> Vec<(u64, u64)> {
    let ledger = ledger(builder);
    let station = ledger.station("station-1").unwrap();
    let history = ledger.history(station, None).unwrap();
    let commitments = history.commitments().iter();
    commitments.map(|one| (one.sequence, one.time)).collect()
}

#[test]
fn a_request_counts_from_when_it_was_sealed_until_the_second_in_which_it_expires() {
    let (mut builder, _station) = Builder::with_station();
    assert_eq!(committed(&builder), []);
    builder.request(&builder.build_psbt(&payment(50_000).serialize(), &[]));
    assert_eq!(committed(&builder), [(1, NOW)]);
    assert_eq!(outcomes(&builder), ["no answer"]);
    builder.now = NOW + 86_399;
    assert_eq!(committed(&builder), [(1, NOW)]);
    builder.now = NOW + 86_400;
    assert_eq!(committed(&builder), []);
    assert_eq!(outcomes(&builder), ["expired"]);
}

#[test]
fn what_was_signed_counts_for_ever_also_after_a_refusal_or_a_withdrawal() {
    let (mut builder, station) = Builder::with_station();
    let request = builder.request(&builder.build_psbt(&payment(50_000).serialize(), &[]));
    let refused = station.sealed(station.refuse(&request, "E_DECLINED"));
    builder.receive(refused.bytes(), &[]);
    assert_eq!(outcomes(&builder), ["refused E_DECLINED"]);
    assert_eq!(committed(&builder), []);
    let intent = request.intent().to_string();
    let ended = builder.run(&["withdraw", "--request", &intent]);
    assert_eq!(ended.status, 0, "{}", ended.errors);
    let result = station.sealed(station.sign(&request, 4, 1));
    builder.now += 1_000_000;
    assert_eq!(builder.receive(result.bytes(), &[]).status, 0);
    assert_eq!(outcomes(&builder), ["signed"]);
    assert_eq!(committed(&builder), [(1, NOW)]);
    let ended = builder.run(&["withdraw", "--request", &intent]);
    assert_eq!(refusal(&ended), "REFUSED  E_REQUEST_SIGNED  (exit 2)");
}

#[test]
fn a_withdrawn_request_frees_its_coins_and_is_not_sent() {
    let (builder, _station) = Builder::with_station();
    let request = builder.request(&builder.build_psbt(&payment(50_000).serialize(), &[]));
    let none = BTreeSet::new();
    let coin = payment(50_000).unsigned_tx.input[0].previous_output;
    let taken = Taken::of(&Spend::Outpoint {
        txid: *coin.txid.as_ref(),
        vout: coin.vout,
        amount_sat: 0,
    });
    assert_eq!(
        ledger(&builder).taken(&none).unwrap(),
        BTreeMap::from([(taken, 1)])
    );
    let only = BTreeSet::from([1]);
    assert_eq!(ledger(&builder).taken(&only).unwrap(), BTreeMap::new());
    let intent = request.intent().to_string();
    for _ in 0..2 {
        let ended = builder.run(&["withdraw", "--request", &intent]);
        assert_eq!(ended.status, 0, "{}", ended.errors);
        assert!(ended.output.contains("the station can still sign it"));
    }
    assert_eq!(outcomes(&builder), ["withdrawn"]);
    assert_eq!(ledger(&builder).taken(&none).unwrap(), BTreeMap::new());
    let to = format!("file:{}", builder.path("sent.cbor").display());
    let ended = builder.run(&["send", "--request", &intent, "--to", &to]);
    assert_eq!(refusal(&ended), "REFUSED  E_REQUEST_WITHDRAWN  (exit 12)");
    assert!(!builder.path("sent.cbor").exists());
}

#[test]
fn the_request_that_is_judged_is_not_its_own_history() {
    let (builder, _station) = Builder::with_station();
    let request = builder.request(&builder.build_psbt(&payment(50_000).serialize(), &[]));
    let ledger = ledger(&builder);
    let station = ledger.station("station-1").unwrap();
    let history = ledger.history(station, Some(request.intent())).unwrap();
    assert_eq!(history.commitments(), []);
    let shown = builder.run(&["show", "--request", &request.intent().to_string()]);
    assert!(
        shown.output.contains("POLICY: PERMITTED"),
        "{}",
        shown.output
    );
}

#[test]
fn a_limit_of_a_day_holds_over_the_requests_of_that_day_pol_08() {
    let mut builder = Builder::new();
    let mut station = FakeStation::new(0x41, "station-1", &builder.source());
    station.policy.push_str(
        "\n[[limit]]\nwallet = \"btc-cold\"\nasset = \"BTC\"\nwindow = \"24h\"\nmax = \"0.001 BTC\"\n",
    );
    assert_eq!(builder.enrol(&station).status, 0);
    let build = |builder: &Builder, amount| {
        let more = ["--expires-in", "72h"];
        let ended = builder.build_psbt(&payment(amount).serialize(), &more);
        refusal(&ended).to_owned()
    };
    let refused = "REFUSED  E_LIMIT_WINDOW  (exit 14)";
    assert_eq!(build(&builder, 60_000), "");
    assert_eq!(build(&builder, 40_001), refused);
    assert_eq!(build(&builder, 40_000), "");
    builder.now = NOW + 86_399;
    assert_eq!(build(&builder, 30_000), refused);
    // The first second that is more than a day after both.
    builder.now = NOW + 86_400;
    assert_eq!(build(&builder, 100_000), "");
}

#[test]
fn a_nonce_is_used_once_unless_the_second_request_replaces_the_first_rpl_02() {
    let (builder, _station) = Builder::with_station();
    let first = builder.request(&builder.build_transfer("0.5 ETH", &[]));
    let intent = first.intent().to_string();
    let again = |max_fee: &str, more: &[&str]| {
        let arguments = [
            "--json",
            "build",
            "ethereum",
            "--station",
            "station-1",
            "--wallet",
            "eth-cold",
            "--chain",
            "11155111",
            "--nonce",
            "7",
            "--to",
            ETHEREUM_PAYEE,
            "--value",
            "0.5 ETH",
            "--max-fee",
            max_fee,
            "--tip",
            "1 gwei",
            "--reference",
            "INV-2",
        ];
        builder.run(&[&arguments[..], more].concat())
    };
    let ended = again("40 gwei", &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_INTENT_CONFLICT  (exit 12)");
    let replaces = ["--replaces", intent.as_str()];
    let ended = again("30 gwei", &replaces);
    assert_eq!(refusal(&ended), "REFUSED  E_REPLACES_FEE  (exit 12)");
    let second = builder.request(&again("40 gwei", &replaces));
    assert_eq!(second.payload().replaces, Some(first.intent()));
    let unknown = "0".repeat(64);
    let ended = again("40 gwei", &["--replaces", &unknown]);
    assert_eq!(refusal(&ended), "REFUSED  E_REQUEST_UNKNOWN  (exit 2)");
}
