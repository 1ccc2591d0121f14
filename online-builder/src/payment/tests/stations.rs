//! Wallets of several stations: a request for each, a part from each, one transaction.

use super::*;

/// Two requests for one transaction, and what the stations sign.
fn asked() -> (Builder, Vec<FakeStation>, Vec<Packet<Request>>) {
    let wallet = TestWallet::joint();
    let (builder, stations) = with_wallet(&wallet);
    let coins = wallet.coins(&[(0, 0, 400_000)]);
    let payment = pay("0.003 BTC");
    let built = build(
        &builder,
        &stations,
        &coins,
        &ordered(&payment, "2 sat/vB", "INV-1"),
    );
    let requests = requests(&builder, &built);
    (builder, stations, requests)
}

fn folder(builder: &Builder, request: &Packet<Request>) -> std::path::PathBuf {
    builder
        .home()
        .join("results")
        .join(request.intent().to_string())
}

fn receive(builder: &Builder, station: &FakeStation, request: &Packet<Request>) -> Value {
    let result = station.sealed(station.sign(request, 4, 1));
    let ended = builder.receive(result.bytes(), &[]);
    assert_eq!(ended.status, 0, "{}", ended.errors);
    serde_json::from_str(&ended.output).unwrap()
}

#[test]
fn every_station_is_asked_for_the_same_transaction_with_an_intent_of_its_own() {
    let (_builder, stations, requests) = asked();
    assert_eq!(requests.len(), 3);
    for (number, (station, request)) in (1..).zip(stations.iter().zip(&requests)) {
        assert_eq!(request.payload().audience.station, station.id);
        assert_eq!(request.payload().sequence, number);
        assert_eq!(
            request.payload().transaction,
            requests[0].payload().transaction
        );
    }
    assert_ne!(requests[0].intent(), requests[1].intent());
}

#[test]
fn one_station_that_forbids_it_stops_all_of_them() {
    let wallet = TestWallet::joint();
    let builder = Builder::new();
    let mut stations = Vec::new();
    for (key, seal) in (0..2).zip(0x41..) {
        let id = format!("station-{}", key + 1);
        let mut station = FakeStation::with_wallet((seal, &id), &builder.source(), &wallet, key);
        if key == 1 {
            station.policy = station.policy.replace("0.005 BTC", "0.002 BTC");
        }
        assert_eq!(builder.enrol(&station).status, 0);
        stations.push(station);
    }
    let coins = wallet.coins(&[(0, 0, 400_000)]);
    let payment = pay("0.003 BTC");
    let ended = build(
        &builder,
        &stations,
        &coins,
        &ordered(&payment, "2 sat/vB", "INV-1"),
    );
    assert_eq!(refusal(&ended), "REFUSED  E_LIMIT_TX  (exit 14)");
    assert_eq!(builder.run(&["list"]).output, "0 requests\n");
}

#[test]
fn parts_are_put_together_when_there_are_enough_and_never_before() {
    let (builder, stations, requests) = asked();
    let said = receive(&builder, &stations[2], &requests[2]);
    assert_eq!(said["part"], "1 of 2");
    let first = folder(&builder, &requests[2]);
    let names: Vec<_> = fs::read_dir(&first)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(first.join("bitcoin-part-station-3.psbt").exists());
    let said = receive(&builder, &stations[0], &requests[0]);
    let second = folder(&builder, &requests[0]);
    let signed = finished(&second);
    assert_eq!(said["txid"], signed.compute_txid().to_string());
    accepted_by_consensus(&signed, &second);
    // One more is taken and changes nothing of what is there.
    receive(&builder, &stations[1], &requests[1]);
    assert_eq!(
        receive(&builder, &stations[0], &requests[0])["received_before"],
        true
    );
    assert_eq!(finished(&second), signed);
    // The part that came first can now be finished too.
    receive(&builder, &stations[2], &requests[2]);
    assert_eq!(finished(&first).compute_txid(), signed.compute_txid());
}

#[test]
fn the_parts_and_the_transaction_of_one_payment_can_lie_in_one_folder() {
    let (builder, stations, requests) = asked();
    let out = builder.path("payment");
    for (station, request) in stations.iter().zip(&requests) {
        let result = station.sealed(station.sign(request, 4, 1));
        let more = ["--out", out.to_str().unwrap()];
        let ended = builder.receive(result.bytes(), &more);
        assert_eq!(ended.status, 0, "{}", ended.errors);
    }
    let names = fs::read_dir(&out).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let (results, mut others): (Vec<String>, Vec<String>) =
        names.partition(|name| name.starts_with("result-"));
    others.sort();
    assert_eq!(results.len(), 3);
    assert_eq!(
        others,
        [
            "bitcoin-part-station-1.psbt",
            "bitcoin-part-station-2.psbt",
            "bitcoin-part-station-3.psbt",
            "bitcoin-prevouts.json",
            "bitcoin-signed.hex",
            "bitcoin-signed.psbt",
        ]
    );
    accepted_by_consensus(&finished(&out), &out);
}

#[test]
fn a_part_under_another_stations_key_is_refused_opt_11() {
    let (builder, stations, requests) = asked();
    let mut result = stations[0].sign(&requests[0], 4, 1);
    result.signatures = stations[1].sign(&requests[1], 4, 1).signatures;
    let ended = builder.receive(stations[0].sealed(result).bytes(), &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_SIGNATURE_INVALID  (exit 16)");
    let result = stations[1].sign(&requests[0], 4, 1);
    let ended = builder.receive(stations[1].sealed(result).bytes(), &[]);
    assert_eq!(refusal(&ended), "REFUSED  E_RESULT_STATION  (exit 11)");
}

#[test]
fn results_of_requests_that_were_built_apart_are_combined_by_name() {
    let wallet = TestWallet::joint();
    let (builder, stations) = with_wallet(&wallet);
    let coins = wallet.coins(&[(0, 0, 400_000)]);
    let payment = pay("0.003 BTC");
    let built = build(
        &builder,
        &stations[..1],
        &coins,
        &ordered(&payment, "2 sat/vB", "INV-1"),
    );
    let first = requests(&builder, &built).remove(0);
    // The same transaction in other bytes: without the hints that a wallet may leave out.
    let home = crate::home::Home::open(&builder.home()).unwrap();
    let psbt = home.psbt(&first.intent()).unwrap().unwrap();
    let mut psbt = Psbt::deserialize(&psbt).unwrap();
    psbt.outputs[1].bip32_derivation.clear();
    psbt.outputs[1].witness_script = None;
    let path = builder.file("other.psbt", &psbt.serialize());
    let built = builder.run(&[
        "--json",
        "build",
        "bitcoin",
        "--station",
        "station-2",
        "--wallet",
        "btc-cold",
        "--psbt",
        &path,
        "--reference",
        "INV-1",
    ]);
    let second = requests(&builder, &built).remove(0);
    assert_ne!(second.payload().transaction, first.payload().transaction);
    receive(&builder, &stations[0], &first);
    let names = [&first, &second].map(|request| request.intent().to_string());
    let combine = |more: &[&str]| {
        let arguments = ["--json", "combine", names[0].as_str()];
        builder.run(&[&arguments[..], more].concat())
    };
    let ended = combine(&[&names[1]]);
    assert_eq!(refusal(&ended), "REFUSED  E_RESULT_MISSING  (exit 2)");
    let said = receive(&builder, &stations[1], &second);
    assert_eq!(said["part"], "1 of 2");
    let ended = combine(&[]);
    assert_eq!(ended.status, 0, "{}", ended.errors);
    assert!(ended.errors.contains("Not finished: nothing was written"));
    let ended = combine(&[&names[0]]);
    assert_eq!(ended.status, 16, "{}", ended.errors);
    let out = builder.path("together");
    let file = folder(&builder, &second).join(format!("result-{}.cbor", names[1]));
    let out_arguments = [file.to_str().unwrap(), "--out", out.to_str().unwrap()];
    let ended = combine(&out_arguments);
    assert_eq!(ended.status, 0, "{}", ended.errors);
    accepted_by_consensus(&finished(&out), &out);
}

#[test]
fn results_of_two_payments_are_never_combined() {
    let (builder, stations, first) = asked();
    let wallet = TestWallet::joint();
    let coins = wallet.coins(&[(0, 0, 400_000), (0, 0, 410_000)]);
    let payment = pay("0.0031 BTC");
    let built = build(
        &builder,
        &stations,
        &coins,
        &ordered(&payment, "2 sat/vB", "INV-2"),
    );
    let second = requests(&builder, &built);
    assert_eq!(receive(&builder, &stations[0], &first[0])["part"], "1 of 2");
    assert_eq!(
        receive(&builder, &stations[1], &second[1])["part"],
        "1 of 2"
    );
    let names = [&first[0], &second[1]].map(|request| request.intent().to_string());
    let ended = builder.run(&["combine", &names[0], &names[1]]);
    assert_eq!(refusal(&ended), "REFUSED  E_SIGNATURE_FOREIGN  (exit 16)");
}

#[test]
fn one_copy_of_several_requests_is_refused() {
    let wallet = TestWallet::joint();
    let (builder, stations) = with_wallet(&wallet);
    let coins = wallet.coins(&[(0, 0, 400_000)]);
    let payment = pay("0.003 BTC");
    let out = builder.path("copy.cbor");
    let more = ["--out", out.to_str().unwrap()];
    let arguments = [&ordered(&payment, "2 sat/vB", "INV-1")[..], &more].concat();
    let ended = build(&builder, &stations, &coins, &arguments);
    assert_eq!(refusal(&ended), "REFUSED  E_COPY_OF_SEVERAL  (exit 2)");
    // A station that is named twice is asked once.
    let arguments = [
        &ordered(&payment, "2 sat/vB", "INV-1")[..],
        &["--station", "station-1"],
    ]
    .concat();
    let built = build(&builder, &stations[..1], &coins, &arguments);
    assert_eq!(requests(&builder, &built).len(), 1);
}
