//! Checks of what is signed beside transactions: documents by the rule on their standard, messages and
//! delegations by their own. Knows nothing of payments: what a document pays is checked as such too.

use alloy_primitives::{Address, U256};

use super::{ALWAYS, Check};
use crate::ethereum::{
    Authorization, Grant, Message, Reviewed, Signable, Statement, Transaction, TypedData,
};
use crate::{Code, Effect, MessageRule, Policy, Review, TypedRule, WalletChain, instant};

/// The checks of a statement; none for a transaction without authorizations.
pub(super) fn checks(
    policy: &Policy,
    review: &Review,
    reviewed: &Reviewed,
    now: u64,
) -> Vec<Check> {
    match &reviewed.signable {
        Signable::TypedData { document, .. } => {
            document_checks(policy, review, (reviewed, document), now)
        }
        Signable::Message(message) => vec![message_check(policy, review, message)],
        Signable::Delegation(authorization) => vec![delegate(review, "delegation", authorization)],
        Signable::Transaction(transaction) => authorizations(review, reviewed, transaction),
        Signable::Safe(_) => Vec::new(),
    }
}

/// How many approvers the rule on it needs by itself.
pub(super) fn need(policy: &Policy, review: &Review, reviewed: &Reviewed) -> Option<u32> {
    match &reviewed.signable {
        Signable::TypedData { document, .. } => rule_of(policy, review, document)?.need(),
        Signable::Message(_) => message_rule(policy, review)?.need(),
        Signable::Delegation(_) | Signable::Transaction(_) | Signable::Safe(_) => None,
    }
}

/// The rule on exactly this chain, contract and type.
fn rule_of<'p>(policy: &'p Policy, review: &Review, document: &TypedData) -> Option<&'p TypedRule> {
    policy.typed().iter().find(|rule| {
        rule.wallet() == review.wallet_id()
            && rule.chain_id() == document.chain_id()
            && rule.address() == document.verifying_contract()
            && rule.standard().encode_type() == document.encode_type()
    })
}

fn document_checks(
    policy: &Policy,
    review: &Review,
    (reviewed, document): (&Reviewed, &TypedData),
    now: u64,
) -> Vec<Check> {
    let rule = rule_of(policy, review, document);
    let measured = format!(
        "{} for {}",
        crate::excerpt::excerpt(&document.encode_type()),
        document.verifying_contract().to_checksum(None)
    );
    let limit = "a [[typed]] rule for this wallet, chain, contract and whole type";
    let name = rule.map_or("typed", TypedRule::id);
    let text = ("document", measured, limit);
    let mut checks = vec![Check::new(Code::TypedUnknown, name, text, rule.is_some())];
    if let (Some(rule), Some(statement)) = (rule, Statement::of(document)) {
        let bounds = Bounds { policy, rule, now };
        checks.push(bounds.domain(document));
        checks.push(bounds.owner(reviewed.account, &statement));
        checks.extend(bounds.times(&statement));
        checks.extend(
            statement
                .grants
                .iter()
                .flat_map(|grant| bounds.grant(grant)),
        );
    }
    checks
}

/// A rule on a standard, and when it is held against a document.
struct Bounds<'a> {
    policy: &'a Policy,
    rule: &'a TypedRule,
    now: u64,
}

impl Bounds<'_> {
    fn check(&self, code: Code, text: (&str, String, String), pass: bool) -> Check {
        Check::new(code, format!("typed \"{}\"", self.rule.id()), text, pass)
    }

    fn domain(&self, document: &TypedData) -> Check {
        let found = (document.domain_name(), document.domain_version());
        let plain = document.domain_salt().is_none();
        let text = |(name, version): (Option<&str>, Option<&str>)| {
            let shown = |part: Option<&str>| {
                part.map_or_else(|| "none".to_owned(), crate::excerpt::excerpt)
            };
            format!("name {}, version {}", shown(name), shown(version))
        };
        let measured = if plain {
            text(found)
        } else {
            format!("{}, with a salt", text(found))
        };
        let limit = text(self.rule.domain());
        let pass = plain && found == self.rule.domain();
        self.check(Code::TypedBounds, ("domain", measured, limit), pass)
    }

    fn owner(&self, account: Address, statement: &Statement) -> Check {
        let owner = statement.owner.unwrap_or(account);
        let text = (
            "message",
            format!("the owner is {}", owner.to_checksum(None)),
            account.to_checksum(None),
        );
        self.check(Code::TypedBounds, text, owner == account)
    }

    /// No signature outlives the rule's deadline, and no allowance does.
    fn times(&self, statement: &Statement) -> Vec<Check> {
        let most = self.now.saturating_add(self.rule.max_deadline());
        let ends = [Some(statement.deadline)].into_iter();
        let expiries = statement.grants.iter().map(|grant| grant.expires);
        let last = ends.chain(expiries).flatten().max().unwrap_or_default();
        let within = last <= U256::from(most);
        let limit = instant::duration_text(self.rule.max_deadline());
        let measured = match u64::try_from(last) {
            Ok(_) if within => "ends in time".to_owned(),
            Ok(seconds) => format!("can be used until {}", instant::text(seconds)),
            Err(_) => "can be used for ever".to_owned(),
        };
        let text = ("message", measured, format!("{limit} from now at most"));
        vec![self.check(Code::TypedDeadline, text, within)]
    }

    fn grant(&self, grant: &Grant) -> [Check; 2] {
        let spender = grant.spender.to_checksum(None);
        let path = format!("message/{}", grant.path);
        let mut book = self.policy.addresses().iter();
        let native = crate::Asset::Ether {
            chain_id: self.rule.chain_id(),
        };
        let entry = book.find(|entry| entry.value() == spender && entry.covers(native));
        let name = entry.map(crate::AddressEntry::name);
        let listed = name.is_some_and(|name| self.rule.to().iter().any(|known| known == name));
        let who = (
            path.as_str(),
            name.map_or_else(|| spender.clone(), str::to_owned),
            format!("one of {}", self.rule.to().join(", ")),
        );
        let who = self.check(Code::TypedBounds, who, listed);
        let mut caps = self.rule.max().iter();
        let cap = caps.find(|cap| match cap.asset() {
            crate::Asset::Token(token) => token.contract() == grant.token,
            crate::Asset::Bitcoin | crate::Asset::Ether { .. } => false,
        });
        let measured = match cap {
            Some(cap) => crate::Amount::new(cap.asset(), grant.amount).short(),
            None => format!("token {}", grant.token.to_checksum(None)),
        };
        let limit = match cap {
            Some(cap) => format!("at most {}", cap.short()),
            None => "a token of the rule".to_owned(),
        };
        let pass = cap.is_some_and(|cap| grant.amount <= cap.units());
        let much = self.check(Code::TypedBounds, (path.as_str(), measured, limit), pass);
        [who, much]
    }
}

fn message_rule<'p>(policy: &'p Policy, review: &Review) -> Option<&'p MessageRule> {
    let mut rules = policy.messages().iter();
    rules.find(|rule| rule.wallet() == review.wallet_id())
}

fn message_check(policy: &Policy, review: &Review, message: &Message) -> Check {
    let rule = message_rule(policy, review);
    let found = message.text().len();
    let (limit, pass) = match rule {
        Some(rule) => {
            let most = rule.max_characters();
            let within = u64::try_from(found).is_ok_and(|found| found <= most);
            (format!("at most {most} characters"), within)
        }
        None => ("a [[message]] rule of the wallet".to_owned(), false),
    };
    let text = ("message", format!("{found} characters"), limit);
    Check::new(Code::MessageDenied, "message", text, pass)
}

/// The contract is one of the wallet's delegates.
fn delegate(review: &Review, path: &str, authorization: &Authorization) -> Check {
    let delegates = match review.wallet().chain() {
        WalletChain::Ethereum(wallet) => wallet.delegates.as_slice(),
        WalletChain::Bitcoin(_) | WalletChain::Safe(_) => &[],
    };
    let pass = delegates.contains(&authorization.address);
    let measured = format!("delegates to {}", authorization.address.to_checksum(None));
    let limit = "one of the wallet's eip7702_delegates";
    let rule = format!("wallet \"{}\"", review.wallet_id());
    Check::new(Code::DelegationDenied, rule, (path, measured, limit), pass)
}

/// Every authorization is the account's own, for this chain, and valid after this very transaction.
fn authorizations(review: &Review, reviewed: &Reviewed, transaction: &Transaction) -> Vec<Check> {
    let mut checks = Vec::new();
    let delegations = review.effects().iter();
    let paths = delegations.filter_map(|effect| {
        let Effect::Delegate { path, .. } = effect else {
            return None;
        };
        Some(path.as_str())
    });
    for (path, signed) in paths.zip(&transaction.authorizations) {
        checks.push(delegate(review, path, &signed.authorization));
        let own = signed.authority() == Some(reviewed.account);
        let here = signed.authorization.chain_id == transaction.chain_id;
        let next = transaction.nonce.checked_add(1) == Some(signed.authorization.nonce);
        let measured = match (own, here, next) {
            (true, true, true) => "the account's own, for this chain, after this transaction",
            (false, _, _) => "another account's",
            (true, false, _) => "for another chain",
            (true, true, false) => "with a nonce that does not follow this transaction",
        };
        let limit = "the account's own, for this chain, with the nonce after this transaction";
        let pass = own && here && next;
        let text = (path, measured, limit);
        checks.push(Check::new(Code::DelegationDenied, ALWAYS, text, pass));
    }
    checks
}
