//! The stations that were pinned: enrolment, policy and key of each, in a folder of its own.
//! Knows nothing of what makes a station trustworthy; that is checked again at every reading.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use transfer_format::durable;
use transfer_format::seal::SealKey;

use super::{Home, HomeError, Lock, STATIONS, find, names};
use crate::station::Station;

impl Home {
    /// Pins a station, whole or not at all. A pin is never replaced.
    ///
    /// # Errors
    /// [`HomeError::Pinned`], [`HomeError::StationName`], [`HomeError::File`].
    pub fn pin(&self, _lock: &Lock, station: &Station) -> Result<PathBuf, HomeError> {
        let folder = self.station_folder(station.id())?;
        let partial = self
            .part(STATIONS)
            .join(format!(".{}.partial", station.id()));
        if folder.exists() {
            return Err(HomeError::Pinned {
                id: station.id().to_owned(),
            });
        }
        let add = || -> io::Result<()> {
            match fs::remove_dir_all(&partial) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
            DirBuilder::new().mode(0o700).create(&partial)?;
            let key = format!("{}\n", station.key());
            durable::write_new(&partial.join(ENROLMENT), station.packet())?;
            durable::write_new(&partial.join(POLICY), station.policy().text().as_bytes())?;
            durable::write_new(&partial.join(KEY), key.as_bytes())?;
            fs::rename(&partial, &folder)?;
            durable::sync_folder(&self.part(STATIONS))
        };
        add().map_err(|error| HomeError::written(&folder, &error))?;
        Ok(folder)
    }

    /// A pinned station, with every check made anew.
    ///
    /// # Errors
    /// [`HomeError::StationUnknown`], [`HomeError::StationName`], [`HomeError::Damaged`],
    /// [`HomeError::File`].
    pub fn station(&self, id: &str, source: &SealKey) -> Result<Station, HomeError> {
        let folder = self.station_folder(id)?;
        if !folder.exists() {
            return Err(HomeError::StationUnknown { id: id.to_owned() });
        }
        let station = load(&folder, source)?;
        if station.id() == id {
            Ok(station)
        } else {
            let reason = format!("it holds the station \"{}\"", station.id());
            Err(HomeError::damaged(&folder, &reason))
        }
    }

    /// Every pinned station, by id.
    ///
    /// # Errors
    /// As [`Home::station`].
    pub fn stations(&self, source: &SealKey) -> Result<Vec<Station>, HomeError> {
        let ids = names(&self.part(STATIONS))?;
        ids.iter().map(|id| self.station(id, source)).collect()
    }

    fn station_folder(&self, id: &str) -> Result<PathBuf, HomeError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if id.is_empty() || id.starts_with('.') || !id.bytes().all(plain) {
            return Err(HomeError::StationName { id: id.to_owned() });
        }
        Ok(self.part(STATIONS).join(id))
    }
}

const ENROLMENT: &str = "enrolment.cbor";
const POLICY: &str = "policy.toml";
const KEY: &str = "station-key.txt";

fn load(folder: &Path, source: &SealKey) -> Result<Station, HomeError> {
    let part = |name: &str| {
        let path = folder.join(name);
        let missing = HomeError::damaged(&path, &"it is missing");
        find(&path)?.ok_or(missing)
    };
    let text = |name: &str| {
        let not_text = |_not_utf8| HomeError::damaged(&folder.join(name), &"it is not text");
        String::from_utf8(part(name)?).map_err(not_text)
    };
    let key: SealKey = text(KEY)?
        .trim_end()
        .parse()
        .map_err(|error| HomeError::damaged(&folder.join(KEY), &error))?;
    Station::establish(part(ENROLMENT)?, &text(POLICY)?, &key, source)
        .map_err(|error| HomeError::damaged(folder, &error))
}
