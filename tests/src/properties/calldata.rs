//! Call data: decoded by one of some functions, and expanded as a review does it.
//! Knows the functions it starts from, nothing of policies or transactions.

use std::sync::{Arc, LazyLock};

use transaction_review::ethereum::{Action, Address, Call, Function, U256, Value, expand};
use transaction_review::limits::{MAX_CALL_DEPTH, MAX_CALL_LEAVES};

/// What the first byte of an input chooses from: every kind of type, and each kind of batch.
pub const FUNCTIONS: [&str; 14] = [
    "transfer(address,uint256)",
    "pause()",
    "collate_propagate_storage(bytes16)",
    "mint(int24,bool,uint128[2],string)",
    "swap((address,address,uint24,uint256),bytes32[],(bytes,(int8,string)))",
    "settle((address,bytes)[],string[2],bytes4[])",
    "multicall(bytes[])",
    "multicall(uint256,bytes[])",
    "aggregate((address,bytes)[])",
    "execute(address,uint256,bytes)",
    "executeBatch((address,uint256,bytes)[])",
    "propose(address[],uint256[],bytes[],string)",
    "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)",
    "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)",
];

static NAMED: LazyLock<Vec<Arc<Function>>> = LazyLock::new(|| {
    let parse = |signature| Function::parse(signature).expect("a signature");
    FUNCTIONS.into_iter().map(parse).map(Arc::new).collect()
});

/// What is accepted is the one encoding of what is shown, and shown in printable ASCII; a call has
/// no more calls inside than the caps allow, and each is the encoding of what it shows as well.
pub fn calldata(data: &[u8]) {
    let Some((choice, arguments)) = data.split_first() else {
        return;
    };
    let function = &NAMED[usize::from(*choice) % NAMED.len()];
    let data = [&function.selector()[..], arguments].concat();
    if let Ok(values) = function.decode(&data) {
        assert_eq!(function.encode(&values), Some(data.clone()));
    }
    let call = Call {
        path: "call".to_owned(),
        from: Address::repeat_byte(0x11),
        to: Address::repeat_byte(0x22),
        value: U256::ZERO,
        data,
    };
    let named = |_contract, selector| {
        let found = NAMED.iter().find(|it| it.selector() == selector);
        found.map(Arc::clone)
    };
    let Ok(leaves) = expand(&call, &named) else {
        return;
    };
    assert!((1..=MAX_CALL_LEAVES).contains(&leaves.len()));
    let mut carried = 0;
    for leaf in &leaves {
        assert!(leaf.depth < MAX_CALL_DEPTH, "{}", leaf.path);
        if let Action::Function {
            function,
            values,
            inner,
        } = &leaf.action
        {
            carried += inner;
            let encoded = function.encode(values).expect("its own arguments");
            assert_eq!(function.decode(&encoded).as_ref(), Ok(values));
            let mut lines = values.iter().flat_map(Value::lines);
            assert!(lines.all(|line| line.bytes().all(|byte| (b' '..=b'~').contains(&byte))));
        }
    }
    assert_eq!(carried + 1, leaves.len(), "every call is carried once");
}
