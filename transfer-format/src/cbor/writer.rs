//! A writer that produces nothing but canonical CBOR.
//! Knows nothing of schemas: it orders the keys, the caller chooses them.

use std::collections::BTreeMap;
use std::convert::Infallible;

use minicbor::Encoder;

/// One canonical CBOR item, encoded.
///
/// ```
/// use transfer_format::cbor::{Item, MapItem};
///
/// let item = Item::map(MapItem::new().with(1, Item::bool(true)).with(0, Item::uint(24)));
/// assert_eq!(item.into_bytes(), [0xa2, 0x00, 0x18, 0x18, 0x01, 0xf5]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item(Vec<u8>);

impl Item {
    /// An unsigned number.
    pub fn uint(value: u64) -> Self {
        Self::encoded(|encoder| encoder.u64(value).map(drop))
    }

    /// A number of either sign.
    pub fn int(value: i64) -> Self {
        Self::encoded(|encoder| encoder.i64(value).map(drop))
    }

    /// A text string.
    pub fn text(value: &str) -> Self {
        Self::encoded(|encoder| encoder.str(value).map(drop))
    }

    /// A byte string.
    pub fn bytes(value: &[u8]) -> Self {
        Self::encoded(|encoder| encoder.bytes(value).map(drop))
    }

    /// True or false.
    pub fn bool(value: bool) -> Self {
        Self::encoded(|encoder| encoder.bool(value).map(drop))
    }

    /// Null.
    pub fn null() -> Self {
        Self::encoded(|encoder| encoder.null().map(drop))
    }

    /// The item `value` makes, or null.
    pub fn nullable<T>(value: Option<T>, item: impl FnOnce(T) -> Self) -> Self {
        value.map_or_else(Self::null, item)
    }

    /// An array.
    pub fn array(items: impl IntoIterator<Item = Self>) -> Self {
        let items: Vec<Self> = items.into_iter().collect();
        let head = Self::encoded(|encoder| encoder.array(length(items.len())).map(drop));
        items.into_iter().fold(head, |mut whole, item| {
            whole.0.extend_from_slice(&item.0);
            whole
        })
    }

    /// A map with integer keys.
    pub fn map(map: MapItem) -> Self {
        let head = Self::encoded(|encoder| encoder.map(length(map.0.len())).map(drop));
        map.0.into_iter().fold(head, |mut whole, (key, item)| {
            whole.0.extend_from_slice(&Self::uint(key).0);
            whole.0.extend_from_slice(&item.0);
            whole
        })
    }

    /// An item in a tag.
    pub fn tagged(tag: u64, item: &Self) -> Self {
        let mut whole =
            Self::encoded(|encoder| encoder.tag(minicbor::data::Tag::new(tag)).map(drop));
        whole.0.extend_from_slice(&item.0);
        whole
    }

    /// The encoding.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The encoding, owned.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn encoded(
        write: impl FnOnce(
            &mut Encoder<&mut Vec<u8>>,
        ) -> Result<(), minicbor::encode::Error<Infallible>>,
    ) -> Self {
        let mut bytes = Vec::new();
        #[expect(
            clippy::expect_used,
            reason = "writing numbers, strings and heads to a Vec cannot fail: its error type is \
                      Infallible"
        )]
        write(&mut Encoder::new(&mut bytes)).expect("a Vec takes every byte");
        Self(bytes)
    }
}

/// The entries of a map with integer keys, in whatever order they come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MapItem(BTreeMap<u64, Item>);

impl MapItem {
    /// A map without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// The map with the entry `key`; an entry of the same key is replaced.
    #[must_use]
    pub fn with(mut self, key: u64, item: Item) -> Self {
        self.0.insert(key, item);
        self
    }

    /// The map with the entry `key`, if there is an item for it.
    #[must_use]
    pub fn with_optional(self, key: u64, item: Option<Item>) -> Self {
        match item {
            Some(item) => self.with(key, item),
            None => self,
        }
    }
}

fn length(entries: usize) -> u64 {
    u64::try_from(entries).unwrap_or(u64::MAX)
}
