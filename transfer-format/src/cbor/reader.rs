//! A strict reader of canonical CBOR: closed maps with small integer keys, read in order.
//! Knows nothing of the meaning of a field but its type and its length.

use std::ops::RangeInclusive;

use minicbor::Decoder;
use minicbor::data::Type;

use super::canonical::check_canonical;
use super::read_error::ReadError;

/// Reads one canonical CBOR item, value after value.
///
/// ```
/// use transfer_format::cbor::{Item, MapItem, Reader};
///
/// let bytes = Item::map(MapItem::new().with(0, Item::uint(1)).with(1, Item::text("vault-1")))
///     .into_bytes();
/// let mut reader = Reader::new(&bytes)?;
/// let station = reader.map(|map| {
///     map.version(1)?;
///     map.field(1)?.text(1..=64)
/// })?;
/// assert_eq!(station, "vault-1");
/// # Ok::<(), transfer_format::cbor::ReadError>(())
/// ```
pub struct Reader<'b> {
    decoder: Decoder<'b>,
    field: u64,
}

impl<'b> Reader<'b> {
    /// A reader of `bytes`, which must be one canonical item.
    ///
    /// # Errors
    /// [`ReadError::NotCanonical`].
    pub fn new(bytes: &'b [u8]) -> Result<Self, ReadError> {
        check_canonical(bytes)?;
        Ok(Self {
            decoder: Decoder::new(bytes),
            field: 0,
        })
    }

    /// Reads a map with `read`, which must ask for its fields in ascending order of their keys.
    ///
    /// # Errors
    /// [`ReadError::WrongType`], [`ReadError::UnknownField`] for what `read` did not ask for, and
    /// whatever `read` returns.
    pub fn map<T, E: From<ReadError>>(
        &mut self,
        read: impl FnOnce(&mut MapReader<'_, 'b>) -> Result<T, E>,
    ) -> Result<T, E> {
        let outer = self.field;
        let wrong = self.wrong_type("a map");
        let remaining = self.decoder.map().ok().flatten().ok_or(wrong)?;
        let mut map = MapReader {
            reader: self,
            remaining,
            next: None,
        };
        let value = read(&mut map)?;
        map.end()?;
        self.field = outer;
        Ok(value)
    }

    /// Reads an array whose every entry `read` reads.
    ///
    /// # Errors
    /// [`ReadError::WrongType`], [`ReadError::EntryCount`], and whatever `read` returns.
    pub fn array<T, E: From<ReadError>>(
        &mut self,
        count: RangeInclusive<usize>,
        mut read: impl FnMut(&mut Self) -> Result<T, E>,
    ) -> Result<Vec<T>, E> {
        let length = self.array_length()?;
        let (minimum, maximum) = (as_u64(*count.start()), as_u64(*count.end()));
        if length < minimum || length > maximum {
            let field = self.field;
            return Err(ReadError::EntryCount {
                field,
                found: length,
                minimum,
                maximum,
            }
            .into());
        }
        (0..length).map(|_| read(self)).collect()
    }

    /// Reads an array of exactly `length` entries as a tuple: `read` reads every one.
    ///
    /// # Errors
    /// [`ReadError::WrongType`], [`ReadError::EntryCount`], and whatever `read` returns.
    pub fn tuple<T, E: From<ReadError>>(
        &mut self,
        length: usize,
        read: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let expected = as_u64(length);
        let found = self.array_length()?;
        if found != expected {
            let field = self.field;
            let count = ReadError::EntryCount {
                field,
                found,
                minimum: expected,
                maximum: expected,
            };
            return Err(count.into());
        }
        read(self)
    }

    fn array_length(&mut self) -> Result<u64, ReadError> {
        let wrong = self.wrong_type("an array");
        self.decoder.array().ok().flatten().ok_or(wrong)
    }

    /// Reads an unsigned number.
    ///
    /// # Errors
    /// [`ReadError::WrongType`].
    pub fn uint(&mut self) -> Result<u64, ReadError> {
        let wrong = self.wrong_type("an unsigned number");
        self.decoder.u64().ok().ok_or(wrong)
    }

    /// Reads an unsigned number that fits 32 bits.
    ///
    /// # Errors
    /// [`ReadError::WrongType`], [`ReadError::NumberTooLarge`].
    pub fn uint32(&mut self) -> Result<u32, ReadError> {
        let (field, found) = (self.field, self.uint()?);
        let maximum = u64::from(u32::MAX);
        u32::try_from(found).ok().ok_or(ReadError::NumberTooLarge {
            field,
            found,
            maximum,
        })
    }

    /// Reads a number of either sign that fits 64 bits.
    ///
    /// # Errors
    /// [`ReadError::WrongType`].
    pub fn int(&mut self) -> Result<i64, ReadError> {
        let wrong = self.wrong_type("a number");
        self.decoder.i64().ok().ok_or(wrong)
    }

    /// Reads true or false.
    ///
    /// # Errors
    /// [`ReadError::WrongType`].
    pub fn bool(&mut self) -> Result<bool, ReadError> {
        let wrong = self.wrong_type("true or false");
        self.decoder.bool().ok().ok_or(wrong)
    }

    /// Reads null as `None`, and anything else with `read`.
    ///
    /// # Errors
    /// Whatever `read` returns.
    pub fn nullable<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, ReadError>,
    ) -> Result<Option<T>, ReadError> {
        if matches!(self.decoder.datatype(), Ok(Type::Null)) {
            let wrong = self.wrong_type("null");
            self.decoder.null().ok().ok_or(wrong)?;
            return Ok(None);
        }
        read(self).map(Some)
    }

    /// Reads printable ASCII (0x20 to 0x7e) of a length in `length`, in characters.
    ///
    /// # Errors
    /// [`ReadError::WrongType`], [`ReadError::Length`], [`ReadError::Character`].
    pub fn text(&mut self, length: RangeInclusive<usize>) -> Result<String, ReadError> {
        let wrong = self.wrong_type("a text");
        let text = self.decoder.str().ok().ok_or(wrong)?;
        self.check_length(text.len(), &length)?;
        let stray = text
            .bytes()
            .enumerate()
            .find(|(_, byte)| !(0x20..=0x7e).contains(byte));
        match stray {
            Some((position, byte)) => Err(ReadError::Character {
                field: self.field,
                position,
                byte,
            }),
            None => Ok(text.to_owned()),
        }
    }

    /// Reads a byte string of a length in `length`, in bytes.
    ///
    /// # Errors
    /// [`ReadError::WrongType`], [`ReadError::Length`].
    pub fn bytes(&mut self, length: RangeInclusive<usize>) -> Result<&'b [u8], ReadError> {
        let wrong = self.wrong_type("a byte string");
        let bytes = self.decoder.bytes().ok().ok_or(wrong)?;
        self.check_length(bytes.len(), &length)?;
        Ok(bytes)
    }

    /// Reads a byte string of exactly `N` bytes.
    ///
    /// # Errors
    /// [`ReadError::WrongType`], [`ReadError::Length`].
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], ReadError> {
        let bytes = self.bytes(N..=N)?;
        let (field, found) = (self.field, bytes.len());
        bytes.try_into().ok().ok_or(ReadError::Length {
            field,
            found,
            minimum: N,
            maximum: N,
        })
    }

    fn check_length(&self, found: usize, allowed: &RangeInclusive<usize>) -> Result<(), ReadError> {
        if allowed.contains(&found) {
            return Ok(());
        }
        let (minimum, maximum) = (*allowed.start(), *allowed.end());
        Err(ReadError::Length {
            field: self.field,
            found,
            minimum,
            maximum,
        })
    }

    fn wrong_type(&self, expected: &'static str) -> ReadError {
        let found = self.decoder.datatype().map_or("nothing", type_name);
        ReadError::WrongType {
            field: self.field,
            expected,
            found,
        }
    }
}

/// Reads the entries of one map, in ascending order of their keys; what is left over is refused.
pub struct MapReader<'r, 'b> {
    reader: &'r mut Reader<'b>,
    /// Entries whose key has not been read yet.
    remaining: u64,
    /// A key that was read, while its value was not.
    next: Option<u64>,
}

impl<'b> MapReader<'_, 'b> {
    /// Reads field 0, which every map of a packet starts with, and demands `supported`.
    ///
    /// # Errors
    /// [`ReadError::UnsupportedVersion`], and as [`Self::field`] and [`Reader::uint`].
    pub fn version(&mut self, supported: u64) -> Result<(), ReadError> {
        match self.field(0)?.uint()? {
            found if found == supported => Ok(()),
            found => Err(ReadError::UnsupportedVersion { found, supported }),
        }
    }

    /// Goes to the value of the field `key`, which must be the next one.
    ///
    /// # Errors
    /// [`ReadError::MissingField`]; [`ReadError::UnknownField`] if another stands before it.
    pub fn field(&mut self, key: u64) -> Result<&mut Reader<'b>, ReadError> {
        match self.optional_field(key)? {
            Some(reader) => Ok(reader),
            None => Err(ReadError::MissingField { field: key }),
        }
    }

    /// Goes to the value of the field `key` if it is the next one.
    ///
    /// # Errors
    /// [`ReadError::UnknownField`] if another stands before it.
    pub fn optional_field(&mut self, key: u64) -> Result<Option<&mut Reader<'b>>, ReadError> {
        match self.peek()? {
            Some(next) if next == key => {
                self.next = None;
                self.reader.field = key;
                Ok(Some(&mut *self.reader))
            }
            Some(next) if next < key => Err(ReadError::UnknownField { field: next }),
            Some(_) | None => Ok(None),
        }
    }

    fn peek(&mut self) -> Result<Option<u64>, ReadError> {
        if self.next.is_none() && self.remaining > 0 {
            let wrong = self.reader.wrong_type("an unsigned key");
            self.next = Some(self.reader.decoder.u64().ok().ok_or(wrong)?);
            self.remaining = self.remaining.saturating_sub(1);
        }
        Ok(self.next)
    }

    fn end(&mut self) -> Result<(), ReadError> {
        match self.peek()? {
            Some(field) => Err(ReadError::UnknownField { field }),
            None => Ok(()),
        }
    }
}

fn as_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn type_name(found: Type) -> &'static str {
    match found {
        Type::Bool => "true or false",
        Type::Null => "null",
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => "an unsigned number",
        Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int => "a negative number",
        Type::Bytes | Type::BytesIndef => "a byte string",
        Type::String | Type::StringIndef => "a text",
        Type::Array | Type::ArrayIndef => "an array",
        Type::Map | Type::MapIndef => "a map",
        Type::Tag => "a tag",
        Type::F16 | Type::F32 | Type::F64 => "a floating-point number",
        Type::Undefined | Type::Simple | Type::Break | Type::Unknown(_) => "an unknown item",
    }
}
