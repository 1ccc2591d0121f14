//! One whole ceremony, from a payment to two finished transactions, with the real programs.
//! It knows nothing that an operator does not know; every answer is typed on a terminal.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use data_encoding::HEXLOWER;
use integration_tests::evm::{Address, SafeRelease, U256, World};
use integration_tests::rehearsal::{
    BITCOIN_PAYEE, Built, CHAIN, ETHEREUM_PAYEE, Rehearsal, SAFE, TOKEN, TOKEN_SYMBOL, Vault,
    approve, fund,
};

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let folder = match (arguments.next(), arguments.next(), arguments.next()) {
        (None, None, None) => PathBuf::from("rehearsal"),
        (Some(flag), Some(folder), None) if flag == "--out" => PathBuf::from(folder),
        _ => {
            eprintln!("usage: rehearse [--out DIR]");
            return ExitCode::from(2);
        }
    };
    match new_folder(&folder) {
        Ok(folder) => {
            rehearse(&folder);
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::from(22)
        }
    }
}

/// Makes the folder, which must be new or empty, and returns its absolute path.
fn new_folder(folder: &Path) -> Result<PathBuf, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(failed)?;
    if fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(format!(
            "{} is not empty: a rehearsal never overwrites another; name a new folder with --out",
            folder.display()
        ));
    }
    fs::canonicalize(folder).map_err(failed)
}

fn rehearse(folder: &Path) {
    let mut step = 0_u32;
    let mut say = |sentence: &str| {
        step += 1;
        println!("{step:>3}. {sentence}");
    };
    let rehearsal = Rehearsal::found(folder, &mut say);
    let inside = |name: &str| folder.join(name).display().to_string();

    say("Bitcoin: a wallet exports a PSBT: 1.25 BTC to the custodian of the address book.");
    let coins = fund(
        &rehearsal.plan.bitcoin.public_key,
        &[100_000_000, 60_000_000],
        1,
    );
    let psbt = folder.join("payment.psbt");
    fs::write(
        &psbt,
        coins.psbt(BITCOIN_PAYEE, 125_000_000, 5_000).serialize(),
    )
    .expect("ours");
    let next = fund(&rehearsal.plan.bitcoin.public_key, &[30_000_000], 2);
    let next = next.psbt(BITCOIN_PAYEE, 10_000_000, 3_000).serialize();
    fs::write(folder.join("next-payment.psbt"), next).expect("ours");

    say("The builder checks it against the same policy and seals a request.");
    let bitcoin = rehearsal.build_bitcoin(&psbt, "INV-1001");
    keep(&bitcoin, &folder.join("request-bitcoin.cbor"));
    say("It shows the request as QR codes: as images, and as an animated GIF.");
    let frames = format!("frames:{}", inside("frames"));
    rehearsal.built(&["send", "--request", &bitcoin.intent, "--to", &frames]);
    let gif = format!("gif:{}", inside("request-bitcoin.gif"));
    rehearsal.built(&["send", "--request", &bitcoin.intent, "--to", &gif]);

    say("The station reads the codes; alice and bob read every page, approve, and it signs.");
    let result = format!("frames:{}", inside("result-frames"));
    let review = sign_and_keep_review(&rehearsal, &frames, &result);
    fs::write(folder.join("review.txt"), review).expect("ours");
    say(
        "The builder reads the result's codes, checks every signature, and finishes the transaction.",
    );
    rehearsal.built(&["receive", "--from", &result, "--out", &inside("")]);

    say("Ethereum: 1.5 ETH to payroll, this time over a USB medium in both directions.");
    let ethereum = rehearsal.build_ethereum("0", "1.5 ETH", "INV-1002");
    keep(&ethereum, &folder.join("request-ethereum.cbor"));
    let out = format!("usb:{}", inside("request-ethereum.usb"));
    let back = format!("usb:{}", inside("result-ethereum.usb"));
    rehearsal.built(&["send", "--request", &ethereum.intent, "--to", &out]);
    rehearsal.sign(&out, &back);
    rehearsal.built(&["receive", "--from", &back, "--out", &inside("")]);

    say("A token (ERC-20): 250 EXUSD to payroll. An EVM executes both transactions.");
    pay_token(&rehearsal);

    say("The same request once more: the station refuses it, because its journal remembers.");
    refuse_replay(&rehearsal, &out);
    two_stations(folder, &mut say);
    say("The journal is verified with public keys only: every link, every approval.");
    let verified = rehearsal.signer_unattended(&["journal", "verify"]);
    assert_eq!(verified.code, 0, "{}", verified.stderr);
    collect(&rehearsal, &bitcoin, &ethereum);
    println!(
        "\nDone. Everything is in {}; begin with rehearsal.md.",
        folder.display()
    );
}

fn sign_and_keep_review(rehearsal: &Rehearsal, from: &str, to: &str) -> String {
    let mut pty = rehearsal.signer(&["sign", "--from", from, "--to", to]);
    let review = approve(&mut pty, &rehearsal.alice);
    approve(&mut pty, &rehearsal.bob);
    rehearsal.station.type_pin(&mut pty);
    pty.expect("Released");
    assert_eq!(pty.wait(), 0, "{}", pty.shown());
    review
}

fn refuse_replay(rehearsal: &Rehearsal, from: &str) {
    let again = format!("file:{}", rehearsal.folder().join("never.cbor").display());
    let mut pty = rehearsal.signer(&["sign", "--from", from, "--to", &again]);
    pty.expect("E_REPLAY");
    pty.answer("Enter for none > ", "");
    assert_eq!(pty.wait(), 12, "{}", pty.shown());
}

/// A payment of a token over files, and the judge's word on it and on the payment of ether before it.
fn pay_token(rehearsal: &Rehearsal) {
    let folder = rehearsal.folder();
    let value = format!("250 {TOKEN_SYMBOL}@{CHAIN}");
    let token = rehearsal.build_ethereum("1", &value, "INV-1004");
    let there = format!("file:{}", token.packet.display());
    let back = format!("file:{}", folder.join("result-token.cbor").display());
    rehearsal.sign(&there, &back);
    let out = folder.join("token");
    rehearsal.built(&[
        "receive",
        "--from",
        &back,
        "--out",
        out.to_str().expect("plain"),
    ]);

    let mut world = World::new(CHAIN);
    let account: Address = rehearsal.plan.ethereum.address.parse().expect("an address");
    let payee: Address = ETHEREUM_PAYEE.parse().expect("an address");
    let token: Address = TOKEN.parse().expect("an address");
    world.fund(account, ether(10));
    world.token_at(token, ether(1_000), account);
    for raw in [folder, &out].map(|folder| signed(&folder.join("ethereum-signed.hex"))) {
        let outcome = world.execute_raw(&raw);
        assert!(outcome.success, "{outcome:?}");
    }
    assert_eq!(world.token_balance(token, payee), ether(250));
}

fn ether(whole: u64) -> U256 {
    U256::from(whole) * U256::from(1_000_000_000_000_000_000_u64)
}

/// The bytes of a file of `0x` and hexadecimal digits.
fn signed(file: &Path) -> Vec<u8> {
    let text = fs::read_to_string(file).expect("the builder wrote it");
    let digits = text.trim().strip_prefix("0x").expect("0x and digits");
    HEXLOWER.decode(digits.as_bytes()).expect("digits")
}

/// A Safe's batch that two of three owners sign, each in a station of its own, executed by the contract.
fn two_owners(vault: &Vault, say: &mut dyn FnMut(&str)) {
    say("A Safe of three owners pays 400 EXUSD: two stations sign as two owners.");
    let value = format!("400 {TOKEN_SYMBOL}@{CHAIN}");
    let source = ["--to", ETHEREUM_PAYEE, "--value", &value, "--nonce", "0"];
    let intents = vault.build_safe(&source, "INV-1005");
    let out = vault.folder().join("safe");
    for (index, intent) in intents.iter().enumerate() {
        let review = vault.sign(index, intent, &out);
        let name = format!("review-safe-{}.txt", vault.sites()[index].id);
        fs::write(vault.folder().join(name), review).expect("ours");
    }
    say("The real Safe contract (1.4.1) takes both signatures and pays.");
    let mut world = World::new(CHAIN);
    let address = |text: &str| -> Address { text.parse().expect("an address") };
    let owners: Vec<Address> = vault.owners().iter().map(|owner| address(owner)).collect();
    world.safe_at(address(SAFE), SafeRelease::V1_4_1, &owners, 2);
    world.token_at(address(TOKEN), ether(1_000), address(SAFE));
    let outcome = world.execute_safe(address(SAFE), signed(&out.join("safe-execution.hex")));
    assert!(outcome.success, "{outcome:?}");
    let paid = world.token_balance(address(TOKEN), address(ETHEREUM_PAYEE));
    assert_eq!(paid, ether(400));
}

/// A payment that needs the keys of two stations; and the judge's word on every Bitcoin transaction.
fn two_stations(folder: &Path, say: &mut dyn FnMut(&str)) {
    say(
        "A wallet of three keys, two of which have to sign: in two stations, with people of their own.",
    );
    let vault = Vault::found(&folder.join("vault"));
    let coins = vault.coins(&[300_000_000, 200_000_000], 3);
    let psbt = vault.folder().join("payment.psbt");
    fs::write(&psbt, vault.psbt(&coins, 450_000_000, 8_000).serialize()).expect("ours");
    let intents = vault.build(&psbt, "INV-1003");
    for ((index, site), intent) in vault.sites().iter().enumerate().zip(&intents) {
        let [one, two] = [&site.operators[0].id, &site.operators[1].id];
        say(&format!(
            "{one} and {two} approve at {}, which signs its part.",
            site.id
        ));
        let review = vault.sign(index, intent, &vault.folder().join("out"));
        fs::write(
            vault.folder().join(format!("review-{}.txt", site.id)),
            review,
        )
        .expect("ours");
    }
    say("The builder puts both parts together: one transaction, valid under consensus.");
    judge(&vault.folder().join("out"));
    judge(folder);
    two_owners(&vault, say);
}

/// Has Bitcoin Core's script verifier judge what the builder wrote, with the coins it says are spent.
fn judge(folder: &Path) {
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("the builder wrote it");
    let raw = HEXLOWER
        .decode(read("bitcoin-signed.hex").trim().as_bytes())
        .expect("hexadecimal digits");
    let coins: serde_json::Value =
        serde_json::from_str(&read("bitcoin-prevouts.json")).expect("JSON");
    for (index, coin) in coins.as_array().expect("a list").iter().enumerate() {
        let script = coin["script_pubkey"].as_str().expect("digits");
        let script = HEXLOWER.decode(script.as_bytes()).expect("digits");
        let amount = coin["amount_sat"].as_u64().expect("satoshis");
        bitcoinconsensus::verify(&script, amount, &raw, None, index)
            .unwrap_or_else(|error| panic!("input {index}: {error:?}"));
    }
}

/// Puts what belongs to the journal and the results beside the rest.
fn collect(rehearsal: &Rehearsal, bitcoin: &Built, ethereum: &Built) {
    let folder = rehearsal.folder();
    fs::copy(rehearsal.journal(), folder.join("journal.cbor")).expect("the station has a journal");
    for (built, name) in [
        (bitcoin, "result-bitcoin.cbor"),
        (ethereum, "result-ethereum.cbor"),
    ] {
        let kept = rehearsal
            .station_home()
            .join(format!("results/{}.cbor", built.intent));
        fs::copy(kept, folder.join(name)).expect("the station keeps its results");
    }
    for needed in [
        "bitcoin-signed.hex",
        "bitcoin-signed.psbt",
        "bitcoin-prevouts.json",
        "ethereum-signed.hex",
    ] {
        assert!(folder.join(needed).is_file(), "{needed} is missing");
    }
    let programs = env::current_exe().expect("a program has a path");
    rehearsal.write_report(programs.parent().expect("it is in a folder"));
}

fn keep(built: &Built, name: &Path) {
    fs::copy(&built.packet, name).expect("the builder keeps its requests");
}
