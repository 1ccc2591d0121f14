//! Runs the policy's test files: policy, history and request in, verdict out.
//! Knows the form of `vectors/policy/*.toml`, which its README explains; nothing of any one case.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bitcoin::absolute::LockTime;
use bitcoin::{OutPoint, ScriptBuf, Sequence, Transaction};
use serde::Deserialize;

use crate::ethereum::{self, parse_address};
use crate::fixture::{BitcoinRequest, POLICY, funding, own_script, script_of, transaction_of};
use crate::{
    Amount, Asset, Code, Commitment, History, Policy, Review, ReviewError, Spend, Subject,
    TransactionKind, Verdict, instant, judge, review,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    policy: Option<String>,
    #[serde(default)]
    replace: Vec<[String; 2]>,
    #[serde(default)]
    append: String,
    #[serde(rename = "case")]
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(skip)]
    policy: Option<String>,
    expect: String,
    contains: Option<String>,
    quorum: Option<u32>,
    excluded: Option<String>,
    #[serde(default)]
    replace: Vec<[String; 2]>,
    #[serde(default)]
    append: String,
    #[serde(default)]
    request: Request,
    #[serde(default)]
    history: Vec<Request>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Request {
    id: Option<String>,
    wallet: Option<String>,
    source: Option<String>,
    at: Option<String>,
    ago: Option<String>,
    reference: Option<String>,
    replaces: Option<String>,
    pay: Option<Vec<[String; 2]>>,
    coins: Option<BTreeMap<String, String>>,
    fee: Option<String>,
    lock_time: Option<u32>,
    sequence: Option<u32>,
    version: Option<i32>,
    op_return: Option<String>,
    burn: Option<String>,
    nonce: Option<u64>,
    chain: Option<u64>,
    gas: Option<u64>,
    price: Option<String>,
    remembered: Option<String>,
}

/// The time of a request that names none: the example policy is in force.
const AT: &str = "2026-09-21T12:00:00Z";

/// Every case of every file, with the file's text before its own.
fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/policy");
    let entries = std::fs::read_dir(folder).unwrap();
    let paths: BTreeSet<_> = entries.map(|entry| entry.unwrap().path()).collect();
    let files = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "toml"));
    let mut cases = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(path).unwrap();
        let file: File =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for mut case in file.cases {
            case.policy.clone_from(&file.policy);
            case.name = format!("{}: {}", path.file_stem().unwrap().display(), case.name);
            case.replace = [file.replace.clone(), case.replace].concat();
            case.append = format!("{}\n{}", file.append, case.append);
            cases.push(case);
        }
    }
    cases
}

impl Case {
    fn policy(&self) -> Result<Policy, Code> {
        Policy::parse(&self.policy_text()).map_err(|error| error.code())
    }

    fn policy_text(&self) -> String {
        let mut text = match &self.policy {
            None => POLICY.to_owned(),
            Some(name) => {
                let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
                std::fs::read_to_string(folder.join(name)).unwrap()
            }
        };
        for [from, to] in &self.replace {
            assert!(
                text.contains(from),
                "{}: the policy lacks {from}",
                self.name
            );
            text = text.replace(from, to);
        }
        format!("{text}\n{}", self.append)
    }

    fn now(&self) -> u64 {
        let at = self.request.at.as_deref().unwrap_or(AT);
        instant::parse(at).unwrap()
    }

    /// The intents of the history, by their ids.
    fn intent(&self, id: &str) -> [u8; 32] {
        let place = self
            .history
            .iter()
            .position(|past| past.id.as_deref() == Some(id));
        [place.map_or(0xff, |place| u8::try_from(place).unwrap()); 32]
    }

    /// The reference: its own, that of what it replaces, or one that no other request has.
    fn reference(&self, request: &Request, number: u16) -> String {
        if let Some(reference) = &request.reference {
            return reference.clone();
        }
        let id = request.replaces.as_deref();
        let mut past = (100_u16..).zip(&self.history);
        match past.find(|(_, past)| id.is_some() && past.id.as_deref() == id) {
            Some((number, past)) => self.reference(past, number),
            None => format!("REF-{number}"),
        }
    }

    fn history(&self, policy: &Policy) -> History {
        let mut history = History::new();
        for (place, past) in self.history.iter().enumerate() {
            let number = u8::try_from(place).unwrap();
            let time = match (&past.at, &past.ago) {
                (Some(at), _) => instant::parse(at).unwrap(),
                (None, Some(ago)) => self.now() - instant::parse_duration(ago).unwrap(),
                (None, None) => panic!("{}: history without a time", self.name),
            };
            let review = self.review(policy, past, 100 + u16::from(number)).unwrap();
            let mut commitment =
                Commitment::of(&review, [number; 32], 400 + u64::from(number), time);
            let remembered = past.remembered.as_deref().map(satoshis);
            let first = commitment.spends.first_mut();
            if let (Some(Spend::Outpoint { amount_sat, .. }), Some(other)) = (first, remembered) {
                *amount_sat = other;
            }
            history.record(commitment);
        }
        history
    }

    fn review(
        &self,
        policy: &Policy,
        request: &Request,
        number: u16,
    ) -> Result<Review, ReviewError> {
        let ether = request.wallet.as_deref() == Some("eth-cold");
        let (kind, transaction, previous) = if ether {
            let transfer = request.transfer(policy, self.next_nonce(number));
            (
                TransactionKind::EthereumTransaction,
                transfer.encode_unsigned(),
                Vec::new(),
            )
        } else {
            let psbt = request.psbt(policy, number);
            (
                TransactionKind::BitcoinPsbt,
                psbt.psbt.serialize(),
                psbt.proofs(),
            )
        };
        let reference = self.reference(request, number);
        let review = review(
            policy,
            &Subject {
                wallet: request.wallet.as_deref().unwrap_or("btc-cold"),
                kind,
                transaction: &transaction,
                previous_transactions: &previous,
                reference: &reference,
                replaces: request.replaces.as_ref().map(|id| self.intent(id)),
            },
        )?;
        let id = request.source.as_deref().unwrap_or("builder-ops-1");
        let source = policy.sources().iter().find(|source| source.id() == id);
        Ok(match source {
            Some(source) => review.asked_by(source),
            None => review,
        })
    }

    /// The nonce of the next transaction of the Ethereum wallet: of the history's entry of this number,
    /// or, for the request (0), after all of it.
    fn next_nonce(&self, number: u16) -> u64 {
        let before = usize::from(number).checked_sub(100);
        let before = before.unwrap_or(self.history.len());
        let past = self.history.iter().take(before);
        let ether = past.filter(|past| past.wallet.as_deref() == Some("eth-cold"));
        ether.fold(0, |next, past| past.nonce.unwrap_or(next) + 1)
    }

    fn verdict(&self) -> Result<(Policy, Review, Verdict), Code> {
        let policy = self.policy()?;
        let review = self
            .review(&policy, &self.request, 0)
            .map_err(|error| error.code())?;
        let verdict = judge(&policy, &review, &self.history(&policy), self.now());
        Ok((policy, review, verdict))
    }

    fn run(&self) {
        let name = &self.name;
        let verdict = match self.verdict() {
            Ok((_, _, verdict)) => verdict,
            Err(code) => return assert_eq!(code.as_str(), self.expect, "{name}"),
        };
        assert_eq!(verdict.code_text(), self.expect, "{name}\n{verdict}");
        if let Some(text) = &self.contains {
            let shown = verdict.checks.iter().map(|check| format!("\n{check}"));
            let shown = format!("{verdict}\n{}", shown.collect::<String>());
            assert!(shown.contains(text), "{name}: lacks {text}\n{shown}");
        }
        if let Some(need) = self.quorum {
            assert_eq!(verdict.quorum.need, need, "{name}\n{verdict}");
        }
        if let Some(person) = &self.excluded {
            let excluded = verdict.quorum.excluded_person.as_deref();
            assert_eq!(excluded, Some(person.as_str()), "{name}");
        }
    }
}

fn satoshis(text: &str) -> u64 {
    let amount = Amount::parse(Asset::Bitcoin, text).unwrap();
    u64::try_from(amount.units()).unwrap()
}

impl Request {
    fn paid(&self, policy: &Policy, asset: Asset) -> Vec<(String, Amount)> {
        let one = || match asset {
            Asset::Bitcoin => vec![["Example custodian".to_owned(), "1 BTC".to_owned()]],
            Asset::Ether { .. } | Asset::Token(_) => {
                vec![["Payroll hot wallet".to_owned(), "1 ETH".to_owned()]]
            }
        };
        let pay = self.pay.clone().unwrap_or_else(one);
        let paid = pay.into_iter().map(|[to, amount]| {
            let mut book = policy.addresses().iter();
            let entry = book.find(|entry| entry.name() == to);
            let address = entry.map_or(to, |entry| entry.value().to_owned());
            (address, Amount::parse(asset, &amount).unwrap())
        });
        paid.collect()
    }

    /// Coins by their numbers; without any, one of 1 000 BTC that no other request has.
    fn coins(&self, number: u16) -> Vec<Transaction> {
        let own = || BTreeMap::from([(number.to_string(), "1000 BTC".to_owned())]);
        let coins = self.coins.clone().unwrap_or_else(own);
        let coins = coins.iter().map(|(number, amount)| {
            funding(number.parse().unwrap(), &[(own_script(), satoshis(amount))])
        });
        coins.collect()
    }

    fn psbt(&self, policy: &Policy, number: u16) -> BitcoinRequest {
        let previous = self.coins(number);
        let mut outputs: Vec<(ScriptBuf, u64)> = Vec::new();
        for (address, amount) in self.paid(policy, Asset::Bitcoin) {
            let script = match address.strip_prefix("script:") {
                Some(digits) => ScriptBuf::from_hex(digits).unwrap(),
                None => script_of(&address),
            };
            outputs.push((script, u64::try_from(amount.units()).unwrap()));
        }
        if let Some(digits) = &self.op_return {
            let burnt = self.burn.as_deref().map_or(0, satoshis);
            outputs.push((ScriptBuf::from_hex(digits).unwrap(), burnt));
        }
        let fee = satoshis(self.fee.as_deref().unwrap_or("1000 sat"));
        let held: u64 = previous
            .iter()
            .map(|coin| coin.output[0].value.to_sat())
            .sum();
        let paid: u64 = outputs.iter().map(|(_, sat)| sat).sum();
        let change = held
            .checked_sub(paid + fee)
            .expect("the coins are worth too little");
        if change > 0 {
            outputs.push((own_script(), change));
        }
        let spent = previous.iter().map(|coin| OutPoint {
            txid: coin.compute_txid(),
            vout: 0,
        });
        let mut transaction = transaction_of(spent.collect(), &outputs);
        transaction.lock_time = LockTime::from_consensus(self.lock_time.unwrap_or(0));
        transaction.version.0 = self.version.unwrap_or(2);
        if let Some(sequence) = self.sequence {
            transaction.input[0].sequence = Sequence(sequence);
        }
        BitcoinRequest {
            psbt: bitcoin::Psbt::from_unsigned_tx(transaction).unwrap(),
            previous,
        }
    }

    fn transfer(&self, policy: &Policy, next: u64) -> ethereum::Transaction {
        let chain_id = self.chain.unwrap_or(1);
        let asset = Asset::Ether { chain_id };
        let paid = self.paid(policy, asset);
        let [(to, amount)] = paid.as_slice() else {
            panic!("an Ethereum transaction pays one account");
        };
        let price = Amount::parse(asset, self.price.as_deref().unwrap_or("30 gwei")).unwrap();
        let nonce = self.nonce.unwrap_or(next);
        let to = parse_address(to).unwrap();
        ethereum::Transaction {
            max_priority_fee_per_gas: 1_000_000_000,
            max_fee_per_gas: u128::try_from(price.units()).unwrap(),
            gas_limit: self.gas.unwrap_or(21_000),
            ..ethereum::Transaction::transfer(chain_id, nonce, to, amount.units())
        }
    }
}

#[test]
fn every_case_of_the_policy_files_has_its_verdict() {
    let cases = cases();
    for case in &cases {
        case.run();
    }
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "two cases have one name");
    println!("{} cases of the policy", cases.len());
    assert!(cases.len() >= 60, "{} cases", cases.len());
}

#[test]
fn a_verdict_is_the_same_again_for_every_case() {
    for case in cases() {
        let again = || case.verdict().map(|(_, _, verdict)| verdict);
        assert_eq!(again(), again(), "{}", case.name);
    }
}

/// Every code that some case fails by, alone or beside others.
pub(crate) fn codes() -> BTreeSet<Code> {
    let failed = |case: Case| match case.verdict() {
        Err(code) => vec![code],
        Ok((_, _, verdict)) => verdict.failed().map(|check| check.code).collect(),
    };
    cases().into_iter().flat_map(failed).collect()
}

/// The screens of a case, for the tests of screens.
pub(crate) fn verdict_of(name: &str) -> (Policy, Review, Verdict) {
    let mut cases = cases().into_iter();
    let case = cases.find(|case| case.name.ends_with(name));
    case.unwrap_or_else(|| panic!("no case {name}"))
        .verdict()
        .unwrap()
}
