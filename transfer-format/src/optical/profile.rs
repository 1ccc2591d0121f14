//! How codes are shown, and what a machine remembers of it: density, number of codes, rate.
//! Knows nothing of who found out which profile is best.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;

use super::density::Density;
use super::layout::Layout;
use crate::durable::{folder_of, sync_folder};

/// Screens shown in one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameRate(u8);

impl FrameRate {
    /// Every step, ascending. A camera of 30 images a second sees whole nearly every screen at 15,
    /// six of seven at 20, and less than a third at 30.
    pub const LADDER: [Self; 11] = [
        Self(1),
        Self(2),
        Self(4),
        Self(6),
        Self(8),
        Self(10),
        Self(12),
        Self(15),
        Self(20),
        Self(25),
        Self(30),
    ];

    /// A rate that every camera follows, for codes that tell one trial from the next.
    pub(crate) const MARK: Self = Self(8);

    /// Screens in one second.
    pub const fn per_second(self) -> u8 {
        self.0
    }

    /// How long one screen is shown.
    pub fn period(self) -> Duration {
        let second = Duration::from_secs(1);
        second.checked_div(u32::from(self.0)).unwrap_or(second)
    }

    /// The next faster step, or the fastest.
    #[must_use]
    pub fn faster(self) -> Self {
        let mut steps = Self::LADDER.into_iter();
        steps.find(|step| *step > self).unwrap_or(self)
    }

    /// The next slower step, or the slowest.
    #[must_use]
    pub fn slower(self) -> Self {
        let mut steps = Self::LADDER.into_iter().rev();
        steps.find(|step| *step < self).unwrap_or(self)
    }
}

impl fmt::Display for FrameRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/s", self.0)
    }
}

/// A layout and a rate.
///
/// ```
/// use transfer_format::optical::Profile;
///
/// let profile: Profile = "v38x4@20".parse()?;
/// assert_eq!(profile.rate.per_second(), 20);
/// assert_eq!(Profile::WINDOW.to_string(), "v27@15");
/// # Ok::<(), transfer_format::optical::ProfileError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Profile {
    /// What one screen shows.
    pub layout: Layout,
    /// How often it changes.
    pub rate: FrameRate,
}

/// Why a text names no profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{found}\" is no profile: write a layout, @ and screens in one second (1, 2, 4, 6, 8, 10, 12, \
     15, 20, 25 or 30), as in v27@15 or v38x4@20"
)]
pub struct ProfileError {
    /// The text.
    pub found: String,
}

impl Profile {
    /// Where nothing is remembered, for a window: read by every camera that was modelled.
    pub const WINDOW: Self = Self {
        layout: Layout::one(Density::V27),
        rate: FrameRate(15),
    };

    /// Where nothing is remembered, for a terminal, which draws slowly.
    pub const TERMINAL: Self = Self {
        layout: Layout::one(Density::V25),
        rate: FrameRate(8),
    };
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.layout, self.rate.per_second())
    }
}

impl FromStr for Profile {
    type Err = ProfileError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (layout, rate) = text.split_once('@')?;
            let layout = layout.parse().ok()?;
            let mut rates = FrameRate::LADDER.into_iter();
            let rate = rates.find(|step| step.per_second().to_string() == rate)?;
            Some(Self { layout, rate })
        };
        read().ok_or_else(|| ProfileError {
            found: text.to_owned(),
        })
    }
}

/// What kind of screen a profile is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScreenKind {
    /// Half blocks in a terminal.
    Terminal,
    /// Pixels in a window.
    Window,
}

/// The profiles that a machine remembers, in the file `display.toml` of its folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Profiles {
    terminal: Option<Profile>,
    window: Option<Profile>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    terminal: Option<String>,
    window: Option<String>,
}

/// Why the remembered profiles cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfilesError {
    /// The file is damaged.
    #[error(
        "{} is damaged: delete it and run \"camera-test\" again; codes are shown with the default \
         density",
        .path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be used.
    #[error("{} cannot be {action} ({kind})", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// What the operating system reported.
        kind: io::ErrorKind,
    },
}

/// Bytes of the file, at most.
const MAX_BYTES: u64 = 4096;

impl Profiles {
    /// The profiles remembered in a folder; none if there is no file.
    ///
    /// # Errors
    /// [`ProfilesError::Damaged`], [`ProfilesError::File`].
    pub fn load(folder: &Path) -> Result<Self, ProfilesError> {
        let path = file(folder);
        let text = match read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => {
                let (action, kind) = ("read", error.kind());
                return Err(ProfilesError::File { path, action, kind });
            }
        };
        Self::from_toml(&text).ok_or(ProfilesError::Damaged { path })
    }

    /// The profile for a kind of screen, or the default one.
    pub fn of(self, screen: ScreenKind) -> Profile {
        match screen {
            ScreenKind::Terminal => self.terminal.unwrap_or(Profile::TERMINAL),
            ScreenKind::Window => self.window.unwrap_or(Profile::WINDOW),
        }
    }

    /// These profiles with another one for a kind of screen.
    #[must_use]
    pub fn with(mut self, screen: ScreenKind, profile: Profile) -> Self {
        match screen {
            ScreenKind::Terminal => self.terminal = Some(profile),
            ScreenKind::Window => self.window = Some(profile),
        }
        self
    }

    /// Remembers them in a folder, in place of what was remembered; the file is whole at any time.
    ///
    /// # Errors
    /// [`ProfilesError::File`].
    pub fn remember(self, folder: &Path) -> Result<(), ProfilesError> {
        let path = file(folder);
        let partial = folder.join(".display.toml.partial");
        let write = || -> io::Result<()> {
            let mut options = OpenOptions::new();
            let mut new = options
                .write(true)
                .create(true)
                .truncate(true)
                .open(&partial)?;
            new.write_all(self.to_toml().as_bytes())?;
            new.sync_all()?;
            fs::rename(&partial, &path)?;
            sync_folder(folder_of(&path))
        };
        write().map_err(|error| ProfilesError::File {
            path: path.clone(),
            action: "written",
            kind: error.kind(),
        })
    }

    fn to_toml(self) -> String {
        let line = |name: &str, profile: Option<Profile>| {
            profile.map_or_else(String::new, |profile| format!("{name} = \"{profile}\"\n"))
        };
        let mut text =
            "# The best profile of each screen, as \"camera-test\" found it.\n".to_owned();
        text.push_str(&line("terminal", self.terminal));
        text.push_str(&line("window", self.window));
        text
    }

    fn from_toml(text: &str) -> Option<Self> {
        let document: Document = toml::from_str(text).ok()?;
        let profile = |text: Option<String>| text.map(|text| text.parse()).transpose().ok();
        Some(Self {
            terminal: profile(document.terminal)?,
            window: profile(document.window)?,
        })
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("display.toml")
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    io::Read::read_to_string(&mut io::Read::take(File::open(path)?, MAX_BYTES), &mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(text: &str) -> Profile {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_remembered_is_there_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let empty = Profiles::load(folder.path()).unwrap();
        assert_eq!(empty, Profiles::default());
        assert_eq!(empty.of(ScreenKind::Window), Profile::WINDOW);
        let found = empty.with(ScreenKind::Window, profile("v38x4@20"));
        found.remember(folder.path()).unwrap();
        assert_eq!(Profiles::load(folder.path()), Ok(found));
        let both = found.with(ScreenKind::Terminal, profile("v15@10"));
        both.remember(folder.path()).unwrap();
        assert_eq!(Profiles::load(folder.path()), Ok(both));
        assert_eq!(both.of(ScreenKind::Window), profile("v38x4@20"));
        assert_eq!(both.of(ScreenKind::Terminal), profile("v15@10"));
        let files = fs::read_dir(folder.path()).unwrap();
        assert_eq!(files.count(), 1, "nothing is left beside the file");
    }

    #[test]
    fn a_damaged_file_is_named_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path());
        for text in [
            "window = \"v99@15\"",
            "window = \"v27@16\"",
            "window = \"v27\"",
            "window = 27",
            "colour = \"red\"",
            "window",
        ] {
            let mut new = File::create(&path).unwrap();
            new.write_all(text.as_bytes()).unwrap();
            let path = path.clone();
            let error = ProfilesError::Damaged { path };
            assert_eq!(Profiles::load(folder.path()), Err(error), "{text}");
        }
    }

    #[test]
    fn profiles_are_written_as_they_are_read() {
        for layout in Layout::LADDER {
            for rate in FrameRate::LADDER {
                let written = Profile { layout, rate };
                assert_eq!(profile(&written.to_string()), written);
            }
        }
        for text in ["", "v27", "v27@", "@15", "v27@015", "v27@15 ", "v8@15"] {
            let found = text.to_owned();
            assert_eq!(text.parse::<Profile>(), Err(ProfileError { found }));
        }
    }

    #[test]
    fn a_rate_is_changed_step_by_step_within_the_ladder() {
        let [slowest, .., fastest] = FrameRate::LADDER;
        assert_eq!((slowest.slower(), fastest.faster()), (slowest, fastest));
        assert_eq!(Profile::WINDOW.rate.faster().per_second(), 20);
        assert_eq!(Profile::WINDOW.rate.slower().per_second(), 12);
        assert_eq!(FrameRate(20).period(), Duration::from_millis(50));
    }
}
