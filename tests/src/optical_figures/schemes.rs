//! Ways of cutting a packet into frames: ours, and those of others.
//! Knows nothing of cameras: a frame is its number, and is either seen or not.

use std::collections::{BTreeMap, BTreeSet};

use raptorq::{
    EncodingPacket, ObjectTransmissionInformation, SourceBlockDecoder, SourceBlockEncoder,
};
use transfer_format::optical::{Density, Frame, Receiver, Sender};

/// One packet as a row of frames.
pub trait Scheme {
    /// What it is called in the tables.
    fn name(&self) -> String;
    /// Frames of one loop: a receiver joins anywhere in it.
    fn loop_length(&self) -> usize;
    /// Somebody who has seen nothing yet.
    fn receiver(&self) -> Box<dyn Reception + '_>;
}

/// Somebody who sees frames.
pub trait Reception {
    /// Takes the frame with this number; true when the packet is there and is the right one.
    fn take(&mut self, number: usize) -> bool;
}

/// Our frames, read by our receiver.
pub struct Ours {
    packet: Vec<u8>,
    density: Density,
    symbols: u32,
    frames: Vec<Frame>,
}

impl Ours {
    /// A packet at one density. Frames for six times its symbols are made ahead.
    pub fn new(packet: Vec<u8>, density: Density) -> Self {
        let sender = Sender::new(&packet).expect("a packet within the cap");
        let per_frame = density.symbols_per_frame();
        let frames = sender
            .frames(per_frame)
            .take(3 * sender.loop_length(per_frame))
            .collect();
        Self {
            symbols: sender.source_symbols(),
            packet,
            density,
            frames,
        }
    }

    /// The same frames, read by a receiver for whom any symbols are as good as any others, as with
    /// a Reed-Solomon code over the whole packet: nobody can do with fewer.
    pub fn with_ideal_code(&self) -> IdealCode {
        let per_frame = u32::from(self.density.symbols_per_frame());
        IdealCode {
            needed: usize::try_from(self.symbols.div_ceil(per_frame)).expect("a count"),
            frames: self.frames.len(),
        }
    }
}

impl Scheme for Ours {
    fn name(&self) -> String {
        format!("ours v{}", self.density.version())
    }

    fn loop_length(&self) -> usize {
        self.frames.len().div_ceil(3)
    }

    fn receiver(&self) -> Box<dyn Reception + '_> {
        Box::new(OurReception {
            scheme: self,
            receiver: Some(Receiver::new()),
        })
    }
}

struct OurReception<'s> {
    scheme: &'s Ours,
    receiver: Option<Receiver>,
}

impl Reception for OurReception<'_> {
    fn take(&mut self, number: usize) -> bool {
        let frames = &self.scheme.frames;
        let receiver = self.receiver.as_mut().expect("not complete yet");
        if !receiver.accept(&frames[number % frames.len()]).complete {
            return false;
        }
        let packet = self.receiver.take().and_then(Receiver::into_packet);
        assert!(
            packet.as_ref() == Some(&self.scheme.packet),
            "another packet"
        );
        true
    }
}

/// See [`Ours::with_ideal_code`].
pub struct IdealCode {
    needed: usize,
    frames: usize,
}

impl Scheme for IdealCode {
    fn name(&self) -> String {
        "Reed-Solomon".to_owned()
    }

    fn loop_length(&self) -> usize {
        self.frames.div_ceil(3)
    }

    fn receiver(&self) -> Box<dyn Reception + '_> {
        Box::new(Collection {
            seen: BTreeSet::new(),
            needed: self.needed,
            frames: self.frames,
        })
    }
}

struct Collection {
    seen: BTreeSet<usize>,
    needed: usize,
    frames: usize,
}

impl Reception for Collection {
    fn take(&mut self, number: usize) -> bool {
        self.seen.insert(number % self.frames);
        self.seen.len() >= self.needed
    }
}

/// A cycle of numbered parts without any code, as `BBQr` has it: each part must be seen.
pub struct Cycle {
    parts: usize,
}

impl Cycle {
    /// Parts that carry `bytes_per_frame` bytes of a packet of `length` bytes.
    pub const fn new(length: usize, bytes_per_frame: usize) -> Self {
        Self {
            parts: length.div_ceil(bytes_per_frame),
        }
    }
}

impl Scheme for Cycle {
    fn name(&self) -> String {
        "BBQr cycle".to_owned()
    }

    fn loop_length(&self) -> usize {
        self.parts
    }

    fn receiver(&self) -> Box<dyn Reception + '_> {
        Box::new(Collection {
            seen: BTreeSet::new(),
            needed: self.parts,
            frames: self.parts,
        })
    }
}

/// BC-UR (BCR-2020-005, BCR-2024-001), by the crate `ur`.
pub struct BcUr {
    packet: Vec<u8>,
    fragments: usize,
    parts: Vec<ur::fountain::Part>,
}

impl BcUr {
    /// Fragments of at most `fragment` bytes.
    pub fn new(packet: Vec<u8>, fragment: usize) -> Self {
        let mut encoder = ur::fountain::Encoder::new(&packet, fragment).expect("a packet");
        let fragments = encoder.fragment_count();
        let parts = (0..fragments * 12).map(|_| encoder.next_part()).collect();
        Self {
            packet,
            fragments,
            parts,
        }
    }

    /// Fragments as large as `characters` of alphanumeric QR code take, scheme and header included.
    pub fn filling(packet: Vec<u8>, characters: usize) -> Self {
        let fits = |fragment: &usize| {
            let encoder = ur::Encoder::new(&packet, *fragment, "crypto-psbt");
            let mut encoder = encoder.expect("a packet");
            let texts = (0..=encoder.fragment_count()).map(|_| encoder.next_part());
            let longest = texts.map(|text| text.expect("a part").len()).max();
            longest.is_some_and(|longest| longest <= characters)
        };
        let most = characters / 2;
        let fragment = (1..most).rev().find(fits).expect("some size fits");
        Self::new(packet, fragment)
    }
}

impl Scheme for BcUr {
    fn name(&self) -> String {
        "BC-UR".to_owned()
    }

    fn loop_length(&self) -> usize {
        self.fragments * 2
    }

    fn receiver(&self) -> Box<dyn Reception + '_> {
        Box::new(UrReception {
            scheme: self,
            decoder: ur::fountain::Decoder::default(),
        })
    }
}

struct UrReception<'s> {
    scheme: &'s BcUr,
    decoder: ur::fountain::Decoder,
}

impl Reception for UrReception<'_> {
    fn take(&mut self, number: usize) -> bool {
        let parts = &self.scheme.parts;
        let part = parts[number % parts.len()].clone();
        self.decoder.receive(part).expect("an honest part");
        if !self.decoder.complete() {
            return false;
        }
        let message = self.decoder.message().expect("an honest message");
        assert!(
            message.as_ref() == Some(&self.scheme.packet),
            "another packet"
        );
        true
    }
}

/// One RaptorQ symbol per frame, as Parity Signer shows them.
pub struct OneSymbolPerFrame {
    length: usize,
    configuration: ObjectTransmissionInformation,
    symbols: BTreeMap<usize, EncodingPacket>,
    symbol: usize,
    needed: usize,
}

impl OneSymbolPerFrame {
    /// Symbols of `symbol` bytes.
    pub fn new(packet: &[u8], symbol: u16) -> Self {
        let bytes = usize::from(symbol);
        let needed = packet.len().div_ceil(bytes);
        let length = u64::try_from(packet.len()).expect("a length");
        let configuration = ObjectTransmissionInformation::new(length, symbol, 1, 1, 1);
        let mut padded = packet.to_vec();
        padded.resize(needed * bytes, 0);
        let encoder = SourceBlockEncoder::new(0, &configuration, &padded);
        let repair = u32::try_from(needed * 5).expect("a count");
        let all = encoder.source_packets().into_iter();
        Self {
            length: packet.len(),
            configuration,
            symbols: all
                .chain(encoder.repair_packets(0, repair))
                .enumerate()
                .collect(),
            symbol: bytes,
            needed,
        }
    }
}

impl Scheme for OneSymbolPerFrame {
    fn name(&self) -> String {
        format!("RaptorQ {} B", self.symbol)
    }

    fn loop_length(&self) -> usize {
        self.needed * 2
    }

    fn receiver(&self) -> Box<dyn Reception + '_> {
        let padded = u64::try_from(self.needed * self.symbol).expect("a length");
        Box::new(SymbolReception {
            scheme: self,
            decoder: SourceBlockDecoder::new(0, &self.configuration, padded),
        })
    }
}

struct SymbolReception<'s> {
    scheme: &'s OneSymbolPerFrame,
    decoder: SourceBlockDecoder,
}

impl Reception for SymbolReception<'_> {
    fn take(&mut self, number: usize) -> bool {
        let symbols = &self.scheme.symbols;
        let symbol = symbols.get(&(number % symbols.len())).expect("made ahead");
        let packet = self.decoder.decode([symbol.clone()]);
        packet.is_some_and(|packet| packet.len() >= self.scheme.length)
    }
}
