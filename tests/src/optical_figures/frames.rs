//! Frames needed until a packet is there, when some of them are not seen.
//! Knows nothing of time and images: a frame is seen or not.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use transfer_format::optical::Density;

use super::chance::{Chance, Sample};
use super::schemes::{BcUr, Cycle, Ours, Scheme};
use super::verdict::Verdict;
use super::{Effort, Figures};

/// Bytes of a packet that a QR code of version 20, level L carries in byte mode (ISO/IEC 18004,
/// table 7): what the ideal is counted in.
const IDEAL_FRAME_BYTES: usize = 858;
/// Characters that the same code carries in alphanumeric mode.
const ALPHANUMERIC: usize = 1_249;
/// Bytes of a `BBQr` part in it: 8 characters of header, then 5 bytes in 8 characters of Base32.
const BBQR_PART_BYTES: usize = (ALPHANUMERIC - 8) / 8 * 5;
/// Bytes of such a code that are left beside our header.
const BYTES_BESIDE_HEADER: usize = IDEAL_FRAME_BYTES - 15;
const LENGTHS: [usize; 9] = [
    500, 2_000, 10_000, 10_240, 12_000, 15_000, 20_000, 50_000, 200_000,
];
const LOSSES: [u32; 5] = [0, 10, 20, 30, 50];
/// The length from which on the frames are held against the ideal.
const JUDGED_FROM: usize = 10_000;
/// What the median may be, in ideals.
const MOST: f64 = 1.06;
const DENSITY: Density = Density::V20;
/// Nobody films longer.
const MOST_FRAMES: u32 = 1_000_000;
const SEED: u64 = 20_261;

/// Frames needed ÷ ideal for ours, a Reed-Solomon receiver, BC-UR and a BBQr-like cycle.
pub fn figures(effort: Effort) -> Figures {
    let mut text = String::from(
        "Frames needed / ideal, median / 95th percentile; QR version 20, level L for all.\n\
         Ideal: whole byte-mode codes that hold the packet, / (1 - loss). Joined anywhere.\n\n\
         bytes    loss | ours        | Reed-Solomon | BC-UR       | BBQr cycle\n",
    );
    let mut worst = Worst::default();
    for length in LENGTHS {
        let packet = Chance::new(SEED, 0).bytes(length);
        let ours = Ours::new(packet.clone(), DENSITY);
        let ideal_code = ours.with_ideal_code();
        let bc_ur = BcUr::filling(packet, ALPHANUMERIC);
        let cycle = Cycle::new(length, BBQR_PART_BYTES);
        let schemes: [&dyn Scheme; 4] = [&ours, &ideal_code, &bc_ur, &cycle];
        let trials = effort.trials(if length > 50_000 { 100 } else { 400 });
        for loss in LOSSES {
            let samples = schemes.map(|scheme| sample(scheme, length, loss, trials));
            let cells = samples
                .each_ref()
                .map(|one| format!("{:5.2}/{:5.2}", one.median(), one.p95()));
            let row = cells.join(" | ");
            writeln!(text, "{length:7}  {loss:3}% | {row}").expect("a String");
            worst.note(length, &samples);
        }
    }
    text.push('\n');
    Figures {
        text,
        verdicts: worst.verdicts(),
    }
}

/// Frames shown from joining to the packet, ÷ ideal, for each trial. The same frames are lost for
/// each scheme.
fn sample(scheme: &dyn Scheme, length: usize, loss: u32, trials: u32) -> Sample {
    Sample::new((0..trials).map(|trial| {
        let mut chance = Chance::new(SEED + u64::from(loss), trial);
        let start = chance.below(scheme.loop_length());
        let mut receiver = scheme.receiver();
        let shown = (0_u32..MOST_FRAMES)
            .find(|shown| {
                let seen = chance.share() >= f64::from(loss) / 100.0;
                let number = start + usize::try_from(*shown).expect("a count");
                seen && receiver.take(number)
            })
            .expect("a packet within any patience");
        f64::from(shown + 1) / ideal(length, loss)
    }))
}

fn ideal(length: usize, loss: u32) -> f64 {
    codes(length, IDEAL_FRAME_BYTES) / (1.0 - f64::from(loss) / 100.0)
}

/// Whole codes of so many bytes that hold a packet.
fn codes(length: usize, bytes: usize) -> f64 {
    u32::try_from(length.div_ceil(bytes))
        .expect("a count")
        .into()
}

/// The ratio of whole codes that byte mode with a header of ours has even without any loss. Where it
/// is above [`MOST`], no choice of digits and no code brings the median below.
fn ratio_of_byte_mode(length: usize) -> f64 {
    codes(length, BYTES_BESIDE_HEADER) / codes(length, IDEAL_FRAME_BYTES)
}

/// The worst of each figure that is held against something.
#[derive(Default)]
struct Worst {
    medians: BTreeMap<usize, f64>,
    p95_of_reed_solomon: f64,
    of_bc_ur_at_50_kb: f64,
}

impl Worst {
    fn note(&mut self, length: usize, [ours, ideal_code, bc_ur, _]: &[Sample; 4]) {
        if length >= JUDGED_FROM {
            let worst = self.medians.entry(length).or_default();
            *worst = worst.max(ours.median());
        }
        let to_reed_solomon = ours.p95() / ideal_code.p95();
        self.p95_of_reed_solomon = self.p95_of_reed_solomon.max(to_reed_solomon);
        if length == 50_000 {
            let to_bc_ur = ours.median() / bc_ur.median();
            self.of_bc_ur_at_50_kb = self.of_bc_ur_at_50_kb.max(to_bc_ur);
        }
    }

    fn verdicts(&self) -> Vec<Verdict> {
        let medians = self.medians.iter().map(|(length, worst)| {
            let whole_codes = ratio_of_byte_mode(*length);
            if whole_codes <= MOST {
                let what = format!("median / ideal at {length} bytes, worst loss");
                return Verdict::at_most(what, *worst, MOST);
            }
            let what = format!(
                "median / ideal beside 15 bytes of header at {length} bytes, worst loss (median / \
                 ideal is {worst:.3}, byte mode with this header has {whole_codes:.3})"
            );
            Verdict::at_most(what, worst / whole_codes, MOST)
        });
        let others = [
            Verdict::at_most(
                "95th percentile / Reed-Solomon's, worst length and loss",
                self.p95_of_reed_solomon,
                1.05,
            ),
            Verdict::at_most(
                "median / BC-UR's at 50000 bytes, worst loss",
                self.of_bc_ur_at_50_kb,
                0.45,
            ),
        ];
        medians.chain(others).collect()
    }
}
