//! The reason codes of this crate: one word per rule, its class, and what it means.
//! Knows nothing of the values that were measured: errors and checks carry those.

use core::fmt;

use crate::Class;

/// Writes the enum and its tables from one list, so that no code can lack a text or a class.
macro_rules! codes {
    ($($variant:ident $text:literal $class:ident $sentence:literal;)+) => {
        /// The reason for a refusal.
        ///
        /// The order of the variants is the order of precedence: when several checks fail, the
        /// least code is the primary reason (authentication, then freshness, then semantics, then what the policy
        /// does not allow at all, then its limits, then its quorum, then the HSM).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $sentence] $variant,)+
        }

        impl Code {
            /// Every code, in order of precedence.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code as it is printed, journalled and sent: `E_` and words.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The class, and with it the exit status.
            pub const fn class(self) -> Class {
                match self { $(Self::$variant => Class::$class,)+ }
            }

            /// What the code means, as a sentence for an operator.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)+ }
            }
        }
    };
}

codes! {
    PolicySyntax "E_POLICY_SYNTAX" Usage "The policy is not the TOML this program reads.";
    PolicyUnknownKey "E_POLICY_UNKNOWN_KEY" Usage "The policy has a key this program does not know.";
    PolicyUnsupported "E_POLICY_UNSUPPORTED" Usage "The policy asks for something this version does not do.";
    PolicyValue "E_POLICY_VALUE" Usage "A value in the policy is missing or not of the form its key needs.";
    PolicyAmount "E_POLICY_AMOUNT" Usage "An amount in the policy is not a number with its unit.";
    PolicyReference "E_POLICY_REFERENCE" Usage "The policy refers to something it does not define.";
    PolicyDuplicate "E_POLICY_DUPLICATE" Usage "The policy says the same thing twice, or two names look alike.";
    PolicySeparation "E_POLICY_SEPARATION" Usage "The policy gives two roles to one person, key or token.";
    PolicyExample "E_POLICY_EXAMPLE" Usage "An example in the policy does not hold.";
    PolicyTooLarge "E_POLICY_TOO_LARGE" Resource "The policy is larger than its cap.";
    SourceScope "E_SOURCE_SCOPE" Authentication "The source is not authorised for this wallet or kind.";
    SourceValidity "E_SOURCE_VALIDITY" Authentication "The source is not authorised at this time.";
    AmountMemory "E_AMOUNT_MEMORY" Freshness "A coin was seen before with another amount.";
    ReplacesUnknown "E_REPLACES_UNKNOWN" Freshness "The request replaces an intent that it cannot replace.";
    IntentConflict "E_INTENT_CONFLICT" Freshness "The request spends what an earlier intent spends.";
    DoublePay "E_DOUBLE_PAY" Freshness "The request could pay a second time what was paid before.";
    ReplacesFee "E_REPLACES_FEE" Freshness "The replacement does not pay a higher fee.";
    NonceGap "E_NONCE_GAP" Freshness "The nonce is not the next one of the account.";
    CancelUndeclared "E_CANCEL_UNDECLARED" Freshness "A transaction that only uses up a nonce names no intent that it cancels.";
    KindMismatch "E_KIND_MISMATCH" Semantics "The kind of the transaction is not the kind of the wallet.";
    CallTooDeep "E_CALL_DEPTH" Resource "Calls are nested deeper than they are read.";
    CallTooMany "E_CALL_LEAVES" Resource "There are more calls together than are read.";
    TypedTooLarge "E_TYPED_LIMIT" Resource "The document is larger or deeper than its caps.";
    TransactionTooLarge "E_TX_TOO_LARGE" Resource "The transaction or one of its proofs is larger than its cap.";
    PsbtUnreadable "E_PSBT_UNREADABLE" Semantics "The bytes are not a PSBT.";
    PsbtVersion "E_PSBT_VERSION" Semantics "The PSBT is of a version this program does not sign.";
    PsbtNotCanonical "E_PSBT_NOT_CANONICAL" Semantics "The PSBT is not in its one canonical encoding.";
    PsbtField "E_PSBT_FIELD" Semantics "The PSBT has a field that a request must not have.";
    PsbtPresigned "E_PSBT_PRESIGNED" Semantics "The PSBT already holds signatures.";
    TransactionEmpty "E_TX_EMPTY" Semantics "The transaction has no inputs or no outputs.";
    TransactionVersion "E_TX_VERSION" Semantics "The transaction's version is not one this program signs.";
    InputDuplicate "E_INPUT_DUPLICATE" Semantics "Two inputs spend the same coin.";
    ProofUnreadable "E_PROOF_UNREADABLE" Semantics "A previous transaction is not in its one canonical encoding.";
    ProofOrder "E_PROOF_ORDER" Semantics "The previous transactions are not sorted and unique.";
    ProofUnused "E_PROOF_UNUSED" Semantics "A previous transaction proves no input.";
    UtxoUnproven "E_UTXO_UNPROVEN" Semantics "An input's amount is not proven by its previous transaction.";
    UtxoConflict "E_UTXO_CONFLICT" Semantics "The PSBT states another amount or script than the previous transaction proves.";
    InputForeign "E_INPUT_FOREIGN" Semantics "An input does not belong to the wallet.";
    InputTaproot "E_INPUT_TAPROOT" Semantics "An input needs a Schnorr signature, which no PKCS#11 token makes.";
    LockTimeUndetermined "E_LOCKTIME_UNDETERMINED" Semantics "The inputs need lock times of two kinds, and a transaction has one.";
    Sighash "E_SIGHASH" Semantics "An input asks for a signature that does not cover the whole transaction.";
    Derivation "E_DERIVATION" Semantics "A key in the PSBT is not the wallet's key at its declared origin.";
    ScriptMismatch "E_SCRIPT_MISMATCH" Semantics "A redeem or witness script in the PSBT is not the wallet's.";
    ChangeFraud "E_CHANGE_FRAUD" Semantics "An output claims to be change but does not belong to the wallet.";
    ChangeGap "E_CHANGE_GAP" Semantics "Change goes to a key too far beyond the last one in use.";
    AmountRange "E_AMOUNT_RANGE" Semantics "An amount or a sum is more than can exist.";
    FeeNegative "E_FEE_NEGATIVE" Semantics "The outputs are worth more than the inputs.";
    TransactionType "E_TX_TYPE" Semantics "The transaction is of a type this program does not sign.";
    ChainIdMissing "E_CHAINID_MISSING" Semantics "The transaction is not bound to a chain.";
    RlpUnreadable "E_RLP_UNREADABLE" Semantics "The bytes are not the RLP of this transaction type.";
    RlpNotCanonical "E_RLP_NOT_CANONICAL" Semantics "The transaction is not in its one canonical encoding.";
    AccessList "E_ACCESS_LIST" Semantics "The transaction has an access list.";
    Authorization "E_AUTHORIZATION" Semantics "An authorization (EIP-7702) is missing, malformed or valid on every chain.";
    SafeUnreadable "E_SAFE_UNREADABLE" Semantics "The bytes are not a Safe's transaction.";
    SafeNotCanonical "E_SAFE_NOT_CANONICAL" Semantics "The Safe's transaction is not in its one canonical encoding.";
    SafeOperation "E_SAFE_OPERATION" Semantics "The Safe's transaction has an operation that does not exist.";
    MultiSend "E_SAFE_MULTISEND" Semantics "The batch is not one that the batch contract runs to its last byte.";
    AbiNotCanonical "E_ABI_NONCANONICAL" Semantics "Call data is not the one encoding of its arguments.";
    CallBatch "E_CALL_BATCH" Semantics "A batch carries no call, or its lists do not fit together.";
    TypedUnreadable "E_TYPED_UNREADABLE" Semantics "The bytes are not a document of typed data.";
    TypedNotCanonical "E_TYPED_NOT_CANONICAL" Semantics "The document is not in its one canonical encoding.";
    TypedType "E_TYPED_TYPE" Semantics "A type of the document is not one that is read, or is not used.";
    TypedExtra "E_TYPED_EXTRA" Semantics "The document has a field that would not be signed.";
    TypedMissing "E_TYPED_MISSING" Semantics "The document lacks a field of its type.";
    TypedValue "E_TYPED_VALUE" Semantics "A value of the document is not of its type.";
    TypedDomain "E_TYPED_DOMAIN" Semantics "The document's domain does not say where the signature counts.";
    MessageText "E_MESSAGE_TEXT" Semantics "The message is not a text that people can read, or it could be a digest.";
    PolicyDenyAll "E_POLICY_DENY_ALL" Policy "The policy allows nothing.";
    PolicyNotEffective "E_POLICY_NOT_EFFECTIVE" Policy "The policy is not in force yet.";
    PolicyExpired "E_POLICY_EXPIRED" Policy "The policy has expired.";
    TimeWindow "E_TIME_WINDOW" Policy "The policy signs nothing at this hour.";
    ReviewPolicy "E_REVIEW_POLICY" Policy "The review was made under another policy.";
    WalletUnknown "E_WALLET_UNKNOWN" Policy "The policy has no such wallet.";
    Chain "E_CHAIN" Policy "The chain is not one of the wallet's.";
    TypeDenied "E_TX_TYPE_DENIED" Policy "The wallet does not sign transactions of this type.";
    ContractCreation "E_CREATE" Policy "The transaction creates a contract.";
    CallUnknown "E_CALL_UNKNOWN" Policy "The transaction calls something that no rule names.";
    OutputKind "E_OUTPUT_KIND" Policy "An output is of a kind that the policy does not name.";
    DataOutput "E_OP_RETURN" Policy "The policy does not allow this data output.";
    Burn "E_BURN" Policy "A data output would burn value.";
    DestinationForbidden "E_DESTINATION_FORBIDDEN" Policy "The destination can never be paid.";
    DestinationUnlisted "E_DESTINATION_UNLISTED" Policy "The destination is not in the address book.";
    DestinationCoolDown "E_DESTINATION_COOL_DOWN" Policy "The destination is too new to be paid.";
    SafeDelegateCall "E_SAFE_DELEGATECALL" Policy "Foreign code would run as the Safe itself.";
    SafeRefund "E_SAFE_REFUND" Policy "The Safe would pay whoever executes the transaction.";
    ApproveHash "E_APPROVE_HASH" Policy "A hash is approved, and nobody can read the Safe transaction behind it.";
    RuleNone "E_RULE_NONE" Policy "No rule allows this payment.";
    CallDenied "E_CALL_DENIED" Policy "No rule allows this call.";
    CallArgument "E_CALL_ARGUMENT" Policy "An argument of a call is not one that its rule allows.";
    CallValue "E_CALL_VALUE" Policy "A call carries more of the native asset than its rule allows.";
    Allowance "E_ALLOWANCE" Policy "A spender could take more than a rule allows.";
    TypedUnknown "E_TYPED_UNKNOWN" Policy "No rule allows documents of this type for this contract.";
    TypedBounds "E_TYPED_BOUNDS" Policy "A document grants something that its rule does not allow.";
    TypedDeadline "E_TYPED_DEADLINE" Policy "A document can be used for longer than its rule allows.";
    MessageDenied "E_MESSAGE_DENIED" Policy "No rule allows this message.";
    DelegationDenied "E_DELEGATION_DENIED" Policy "The account may not delegate to this contract, or the authorization is not its own.";
    SafeAdmin "E_SAFE_ADMIN" Policy "No rule allows this change of the Safe's own settings.";
    PaymentNone "E_PAYMENT_NONE" Policy "The transaction pays nobody.";
    LockTime "E_LOCKTIME" Policy "The transaction is locked until later.";
    RelativeLock "E_RELATIVE_LOCK" Policy "An input has to wait for its coin to grow older.";
    FeeUndeclared "E_FEE_UNDECLARED" Policy "The policy has no fee caps for this wallet.";
    AmountDust "E_AMOUNT_DUST" Policy "An output is worth nothing, or less than it costs to spend.";
    LimitInputs "E_LIMIT_INPUTS" Policy "More inputs than the wallet may spend at once.";
    LimitOutputs "E_LIMIT_OUTPUTS" Policy "More outputs than the wallet may pay at once.";
    LimitTransaction "E_LIMIT_TX" Policy "The transaction pays more than a rule allows.";
    LimitWindow "E_LIMIT_WINDOW" Policy "Together with what was paid before, it is more than a limit allows.";
    LimitDestination "E_LIMIT_DESTINATION" Policy "Together with what was paid before, one destination gets more than a limit allows.";
    LimitCount "E_LIMIT_COUNT" Policy "There are more payments in a time than a limit allows.";
    FeeAbsolute "E_FEE_ABSOLUTE" Policy "The fee is above its absolute cap.";
    FeeRate "E_FEE_RATE" Policy "The fee rate is above its cap.";
    FeePercent "E_FEE_PERCENT" Policy "The fee is too large a part of what is paid.";
    FeeCap "E_FEE_CAP" Policy "The most that gas can cost is above its cap.";
    FeeTip "E_FEE_TIP" Policy "The priority fee is above the maximum fee.";
    GasLimit "E_GAS_LIMIT" Policy "The gas limit is above its cap.";
    GasIntrinsic "E_GAS_INTRINSIC" Policy "The gas limit is below what a transfer needs.";
    TierNone "E_TIER_NONE" Policy "No tier says who approves so much.";
    TierInitiator "E_TIER_INITIATOR" Policy "Whoever asked may not approve, and the policy does not say who asked.";
    CoolDown "E_COOL_DOWN" Policy "The request has to wait: present it again when its time has come.";
    SignatureForeign "E_SIGNATURE_FOREIGN" Hsm "A signature is for a digest that was not asked for.";
    SignatureDuplicate "E_SIGNATURE_DUPLICATE" Hsm "Two signatures are for one digest.";
    SignatureMissing "E_SIGNATURE_MISSING" Hsm "A signature is missing.";
    SignatureFormat "E_SIGNATURE_FORMAT" Hsm "A signature does not have the form of one.";
    SignatureHighS "E_SIGNATURE_HIGH_S" Hsm "A signature is not in its low-S form.";
    SignatureInvalid "E_SIGNATURE_INVALID" Hsm "A signature does not verify under the registered key.";
    SignatureSplit "E_SIGNATURE_SPLIT" Hsm "The two verifiers disagree on a signature.";
    SignatureRecovery "E_SIGNATURE_RECOVERY" Hsm "A signature recovers to another address than the wallet's.";
    ReviewInternal "E_REVIEW_INTERNAL" Internal "The program contradicts itself.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Class, Code};

    #[test]
    fn every_code_is_unique_and_made_of_words() {
        let texts: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
        for text in texts {
            let words = text.strip_prefix("E_").unwrap();
            assert!(
                !words.is_empty() && words.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
            );
        }
    }

    #[test]
    fn precedence_puts_semantics_before_policy_and_policy_before_the_hsm() {
        assert!(Code::ChangeFraud < Code::PolicyDenyAll);
        assert!(Code::PolicyDenyAll < Code::DestinationUnlisted);
        // A record that names a cool-down says that nothing else was in the way.
        let mut later = Code::ALL.iter().filter(|code| **code > Code::CoolDown);
        assert!(later.all(|code| code.class() != Class::Policy));
        assert!(Code::DestinationUnlisted < Code::LimitTransaction);
        assert!(Code::LimitTransaction < Code::SignatureInvalid);
        assert!(Code::ALL.is_sorted());
    }

    #[test]
    fn exit_statuses_are_those_of_the_classes() {
        assert_eq!(Code::PolicyUnknownKey.class().exit_code(), 2);
        assert_eq!(Code::SourceScope.class().exit_code(), 11);
        assert_eq!(Code::UtxoUnproven.class().exit_code(), 13);
        assert_eq!(Code::LimitTransaction.class().exit_code(), 14);
        assert_eq!(Code::SignatureInvalid.class().exit_code(), 16);
        assert_eq!(Code::PolicyTooLarge.class().exit_code(), 19);
        assert_eq!(Code::ReviewInternal.class().exit_code(), 70);
    }
}
