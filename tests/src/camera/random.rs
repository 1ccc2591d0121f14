//! Numbers that look drawn by chance and are the same for every run: `SplitMix64`.
//! Knows nothing of cameras.

/// A deterministic source of numbers.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The same seed always gives the same numbers.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Uniform in 0 ≤ x < 1.
    pub fn unit(&mut self) -> f32 {
        let high = u16::try_from(self.bits() >> 48).unwrap_or(0);
        let low = u16::try_from((self.bits() >> 48) & 0xff).unwrap_or(0);
        (f32::from(high) + f32::from(low) / 256.0) / 65_536.0
    }

    /// Uniform between two bounds.
    pub fn between(&mut self, (low, high): (f32, f32)) -> f32 {
        (high - low).mul_add(self.unit(), low)
    }

    /// Uniform in ±`bound`.
    pub fn around_zero(&mut self, bound: f32) -> f32 {
        self.between((-bound, bound))
    }

    /// About normal with deviation 1: the sum of eight uniform numbers.
    pub fn normal(&mut self) -> f32 {
        let bytes = self.bits().to_le_bytes();
        let sum: f32 = bytes.into_iter().map(f32::from).sum();
        // Eight bytes: mean 1020, deviation √(8 · (256² − 1) ÷ 12).
        (sum - 1020.0) / 209.02
    }
}
