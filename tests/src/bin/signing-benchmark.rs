//! What a request of many inputs costs before the token is asked, beside what the token takes.
//! It asserts no time; it prints both, of one run, and whether the one is below the other.

use std::env;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::Hash as _;
use hsm_adapter::{Credential, Curve, KeyId, KeySpec, Module, Prehash, SecretPin, Token, Unlocked};
use integration_tests::rehearsal::{BITCOIN_PAYEE, fund};
use integration_tests::softhsm::{CONFIGURATION, SoftHsm, module_path};
use transaction_review::{History, Policy, Subject, TransactionKind, judge, review};
use zeroize::Zeroizing;

/// Tells the second start of this program where its tokens are.
const TOKEN: &str = "COLDSIGN_BENCHMARK_TOKEN";
const PIN: &str = "benchmark-only";
/// 2026-11-01.
const NOW: u64 = 1_793_491_200;
/// How often each measurement is made; the middle one counts.
const TIMES: usize = 5;

fn main() -> ExitCode {
    if let Some(serial) = env::var_os(TOKEN) {
        return measure(&serial.to_string_lossy());
    }
    let softhsm = SoftHsm::new();
    let serial = softhsm.init_token("benchmark", PIN, PIN);
    // SoftHSM is told by the environment where its tokens are, and reads it when it is loaded.
    let program = env::current_exe().expect("a program has a path");
    let status = Command::new(program)
        .env(CONFIGURATION, softhsm.configuration())
        .env(TOKEN, serial)
        .status()
        .expect("this program can be started");
    ExitCode::from(u8::from(!status.success()))
}

fn measure(serial: &str) -> ExitCode {
    let module = Module::load(&module_path()).expect("SoftHSM");
    let mut unlocked = token(&module, serial)
        .unlock(Credential::Pin(
            SecretPin::new(Zeroizing::new(PIN.to_owned())).expect("a PIN"),
        ))
        .expect("the token opens");
    let id = KeyId::new(vec![1]).expect("an id");
    let spec = KeySpec::new(id.clone(), "benchmark", Curve::Secp256k1).expect("a key");
    let public = *unlocked.generate(&spec).expect("a key").public_key();
    let policy = Policy::parse(&policy(&public.to_string())).expect("a policy");
    println!(
        "Review, verdict and digests of a Bitcoin request, beside the token's signatures; P2WPKH, each\n\
         input proven by a previous transaction of its own. Milliseconds, the middle of {TIMES}.\n\n\
         inputs |  review |  us/input |  SoftHSM | review / SoftHSM"
    );
    let mut holds = true;
    let mut costs = Vec::new();
    for inputs in [1, 10, 100, 300, 1_000] {
        let reviewing = middle(|| reviewed(&policy, &public.to_string(), inputs));
        let signing = middle(|| signed(&mut unlocked, &id, &public, inputs));
        let ratio = reviewing.as_secs_f64() / signing.as_secs_f64();
        let each = reviewing.as_secs_f64() * 1e6 / f64::from(inputs);
        println!(
            "{inputs:>6} | {:>7.2} | {each:>9.1} | {:>8.2} | {ratio:>6.3}",
            reviewing.as_secs_f64() * 1e3,
            signing.as_secs_f64() * 1e3,
        );
        holds &= inputs != 300 || ratio < 1.0;
        costs.push((inputs, each));
    }
    let of = |wanted| {
        costs
            .iter()
            .find(|(inputs, _)| *inputs == wanted)
            .map(|(_, each)| *each)
    };
    let growth = of(1_000)
        .zip(of(100))
        .map_or(f64::NAN, |(many, few)| many / few);
    let verdict = |holds| if holds { "PASS" } else { "FAIL" };
    println!(
        "\n{}  300 inputs are reviewed in less time than they are signed",
        verdict(holds)
    );
    let linear = growth < 2.0;
    println!(
        "{}  cost per input, 1000 inputs / 100 inputs: {growth:.2}, at most 2",
        verdict(linear)
    );
    unlocked.lock().expect("it locks");
    ExitCode::from(u8::from(!(holds && linear)))
}

fn token<'m>(module: &'m Module, serial: &str) -> Token<'m> {
    let tokens = module.tokens().expect("tokens");
    let identity = tokens.iter().find(|token| token.serial == serial);
    module
        .token(&identity.expect("the token").selector())
        .expect("the token")
}

/// The middle of several durations; each call gives one.
fn middle(mut once: impl FnMut() -> Duration) -> Duration {
    let mut durations: Vec<Duration> = (0..TIMES).map(|_| once()).collect();
    durations.sort_unstable();
    durations[TIMES / 2]
}

fn reviewed(policy: &Policy, public_key: &str, inputs: u32) -> Duration {
    let amounts = vec![200_000; usize::try_from(inputs).expect("a small number")];
    let coins = fund(public_key, &amounts, 1);
    let pay = u64::from(inputs) * 100_000;
    let mut psbt = coins.psbt(BITCOIN_PAYEE, pay, u64::from(inputs) * 500);
    let mut previous = coins.previous.clone();
    previous.sort_by_key(|coin| coin.compute_txid().to_byte_array());
    for coin in &mut previous {
        coin.input[0].witness.clear();
    }
    let previous: Vec<Vec<u8>> = previous.iter().map(serialize).collect();
    for input in &mut psbt.inputs {
        input.non_witness_utxo = None;
    }
    let bytes = psbt.serialize();
    let subject = Subject {
        wallet: "btc-cold",
        kind: TransactionKind::BitcoinPsbt,
        transaction: &bytes,
        previous_transactions: &previous,
        reference: "INV-1",
        replaces: None,
    };
    let began = Instant::now();
    let review = review(policy, &subject).expect("it is understood");
    let verdict = judge(policy, &review, &History::new(), NOW);
    let took = began.elapsed();
    assert!(verdict.permitted, "{verdict}");
    assert_eq!(review.digests().len(), amounts.len());
    took
}

fn signed(
    unlocked: &mut Unlocked<'_>,
    id: &KeyId,
    public: &hsm_adapter::PublicKey,
    inputs: u32,
) -> Duration {
    let proven = unlocked.registered(id, public).expect("the key");
    let began = Instant::now();
    for input in 0..inputs {
        let mut digest = [7; 32];
        digest[..4].copy_from_slice(&input.to_be_bytes());
        unlocked
            .sign(&proven, Prehash::new(digest))
            .expect("a signature");
    }
    began.elapsed()
}

fn policy(public_key: &str) -> String {
    let point = public_key.split_once(':').expect("es256k:…").1;
    format!(
        r#"[policy]
id = "benchmark"
version = 1
environment = "benchmark"
signers = ["signer-1"]
effective_after = 2026-01-01T00:00:00Z
expires = 2036-01-01T00:00:00Z
clock = {{ max_skew = "10m" }}
request = {{ max_lifetime = "72h", max_bytes = 262144 }}

[[operator]]
id = "op-a"
person = "hr:1001"
pubkey = "es256:039d346aabe1466db5006749ae5251f75912a2336b5022540f29f1dbdc98ea3236"
token = "operator-a"
roles = ["approver"]
not_after = 2036-01-01T00:00:00Z

[[operator]]
id = "op-b"
person = "hr:1002"
pubkey = "es256:03209c317b637935dd3da1c54f63495dfb31f97d293df085710320595c9aacb83f"
token = "operator-b"
roles = ["approver"]
not_after = 2036-01-01T00:00:00Z

[[wallet]]
id = "btc-cold"
kind = "bitcoin"
network = "regtest"
descriptor = "wpkh({point})"
key = {{ token_serial = "T", cka_id = "01", pubkey = "{public_key}" }}
max_inputs = 1000
max_outputs = 40

[[address]]
name = "Example custodian"
asset = "BTC"
value = "{BITCOIN_PAYEE}"
effective_after = 2026-01-01T00:00:00Z
evidence = "benchmark"

[[rule]]
id = "custodian"
wallet = "btc-cold"
allow = "transfer"
asset = "BTC"
to = ["Example custodian"]
max_per_tx = "100 BTC"

[[fee]]
wallet = "btc-cold"
max_absolute = "0.1 BTC"
max_rate = "300 sat/vB"
max_percent_of_external = "1.0"
"#
    )
}
