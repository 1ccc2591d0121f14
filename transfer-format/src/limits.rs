//! Every cap of the transfer format, in one place.
//! Knows nothing of who applies them: each is tested at the cap and one past it.

/// Bytes of a packet that may cross as animated codes.
pub const MAX_PACKET_BYTES_BY_QR: usize = 1 << 20;

/// Bytes of a packet that may cross on a medium; nothing larger is ever read.
pub const MAX_PACKET_BYTES: usize = 4 << 20;

/// Containers that may enclose an item of CBOR, itself included if it is one.
pub const MAX_CBOR_DEPTH: usize = 8;

/// Items (heads, map keys included) in one CBOR item.
pub const MAX_CBOR_ITEMS: usize = 10_000;

/// Characters of an identifier: station, environment, wallet, operator, role.
pub const MAX_IDENTIFIER_LENGTH: usize = 64;

/// Characters of the business reference of a request.
pub const MAX_REFERENCE_LENGTH: usize = 64;

/// Characters of a verdict or reason code.
pub const MAX_CODE_LENGTH: usize = 64;

/// Characters of a key's class in the key evidence.
pub const MAX_KEY_CLASS_LENGTH: usize = 64;

/// Characters of a token's manufacturer, model or serial (PKCS#11 fields hold at most 32).
pub const MAX_TOKEN_TEXT_LENGTH: usize = 32;

/// Bytes of the unsigned transaction of a request.
pub const MAX_TRANSACTION_BYTES: usize = 1_000_000;

/// Bytes of one previous transaction (a block holds at most 1 000 000 bytes without witnesses).
pub const MAX_PREVIOUS_TRANSACTION_BYTES: usize = 1_000_000;

/// Previous transactions of a request.
pub const MAX_PREVIOUS_TRANSACTIONS: usize = 1_000;

/// Signatures of a result.
pub const MAX_SIGNATURES: usize = 1_000;

/// Approvals a result refers to.
pub const MAX_APPROVALS: usize = 16;

/// Wallets of an enrolment.
pub const MAX_WALLETS: usize = 64;

/// Bytes of one fountain symbol. The size never changes; a denser frame carries more symbols. Seven
/// and the header fill a code of version 20 to the last byte.
pub const SYMBOL_BYTES: usize = 120;

/// Symbols the largest packet is cut into: `MAX_PACKET_BYTES_BY_QR ÷ SYMBOL_BYTES`, rounded up.
pub const MAX_SOURCE_SYMBOLS: usize = MAX_PACKET_BYTES_BY_QR.div_ceil(SYMBOL_BYTES);

/// Symbols one frame may carry.
pub const MAX_SYMBOLS_PER_FRAME: usize = 24;

/// Encoding symbol ids lie below this; RFC 6330 allows 2²⁴, no transfer needs as many.
pub const MAX_ENCODING_SYMBOLS: u32 = 1 << 18;

/// Transfers a receiver follows at once, the honest one among them. One that is shown in more than
/// one of thirteen frames keeps its place, whatever the other twelve are.
pub const MAX_TRANSFERS: usize = 12;

/// Frames that a transfer without new ones is ahead of those that want its place, at most.
pub const MAX_STANDING: u32 = 16;

/// Symbols remembered, of all transfers together, before each of them may only remember as many as
/// its packet has. It bounds memory: at about 170 bytes a symbol, 23 MB in the worst case.
pub const WIDE_SYMBOLS: usize = 30_000;

/// Different contents remembered for one encoding symbol id.
pub const MAX_SYMBOL_VARIANTS: usize = 3;

/// Codes that are read from one source before it is given up.
pub const MAX_FRAMES: usize = 50_000;

/// Pixels of one image: a screen of 2560 by 1440 fits. Larger ones are refused before memory is
/// taken for them. The largest code drawn by this program, as it draws them, has 1.3 million.
pub const MAX_IMAGE_PIXELS: u64 = 4_000_000;

/// Pixels along one side of an image. A row of the largest is decoded at once.
pub const MAX_IMAGE_SIDE: u32 = 16_384;

/// Bytes of one PNG image: the largest one in colours that do not compress.
pub const MAX_IMAGE_FILE_BYTES: u64 = 16 << 20;

/// Bytes of one animation. The largest packet in the smallest codes, drawn large, takes 86 MB.
pub const MAX_ANIMATION_BYTES: u64 = 256 << 20;

/// Pixels in compressed images that each byte of their files pays for. Codes drawn with 6 pixels to
/// a module have 32 a byte as PNG and 22 as GIF, with 10 they have 64 and 29.
pub const PIXELS_PER_BYTE: u64 = 72;

/// Pixels that each byte pays for in images which taught nothing new. It bounds time: 1 MiB of images
/// that are made to be dear and empty costs about two seconds.
pub const VAIN_PIXELS_PER_BYTE: u64 = 8;

/// Pixels of an image that each new symbol in it pays for.
pub const PIXELS_PER_SYMBOL: u64 = 150_000;

/// Pixels in compressed images beyond those paid for: a few images without any content.
pub const SPARE_PIXELS: u64 = 8_000_000;

/// Pixels that an image counts for if it has less: looking for a code costs something everywhere.
pub const LEAST_IMAGE_PIXELS: u64 = 100_000;

/// Pixels in compressed images of one source, whatever its size: four times what the largest packet
/// takes in the smallest codes, drawn as this program draws them. It bounds time.
pub const MAX_TOTAL_PIXELS: u64 = 4_000_000_000;

/// Images in one folder or frames in one animation.
pub const MAX_IMAGES: usize = 20_000;

/// Codes looked at in one image.
pub const MAX_CODES_PER_IMAGE: usize = 8;
