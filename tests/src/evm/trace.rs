//! Every call the machine makes, written down in the order it makes them.
//! It knows nothing of what the calls mean.

use revm::Inspector;
use revm::context_interface::ContextTr;
use revm::interpreter::{CallInputs, CallOutcome, CallScheme};
use revm::primitives::{Address, U256};

/// One call the machine made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedCall {
    /// The account whose code made it; for the first one the sender of the transaction.
    pub from: Address,
    /// The account called; for a delegate call the one whose code was borrowed.
    pub to: Address,
    /// Wei moved by the call; zero for a delegate call, which moves none.
    pub value: U256,
    /// The call data.
    pub data: Vec<u8>,
    /// Which instruction.
    pub kind: CallScheme,
    /// How many calls it is inside of: 0 for the transaction's own.
    pub depth: usize,
}

/// Writes the calls down.
#[derive(Default)]
pub(crate) struct Tracer {
    pub(crate) calls: Vec<TracedCall>,
    depth: usize,
}

impl<C: ContextTr> Inspector<C> for Tracer {
    fn call(&mut self, context: &mut C, inputs: &mut CallInputs) -> Option<CallOutcome> {
        let (from, to) = match inputs.scheme {
            CallScheme::Call | CallScheme::StaticCall => (inputs.caller, inputs.target_address),
            CallScheme::DelegateCall | CallScheme::CallCode => {
                (inputs.target_address, inputs.bytecode_address)
            }
        };
        self.calls.push(TracedCall {
            from,
            to,
            value: inputs.value.transfer().unwrap_or_default(),
            data: inputs.input.bytes(context).to_vec(),
            kind: inputs.scheme,
            depth: self.depth,
        });
        self.depth += 1;
        None
    }

    fn call_end(&mut self, _: &mut C, _: &CallInputs, _: &mut CallOutcome) {
        self.depth -= 1;
    }
}
