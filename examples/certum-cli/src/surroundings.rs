//! What the program is started with: the one place that reads arguments and the environment.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};

/// What the program is started with.
pub(crate) struct Surroundings {
    pub(crate) arguments: Vec<OsString>,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    /// How a locale is named: `pl_PL.UTF-8`.
    pub(crate) locale: Option<String>,
    /// What is logged, as `tracing-subscriber` reads it.
    pub(crate) log: Option<String>,
    /// Where the platform has configuration and data, if it says where.
    pub(crate) config_directory: Option<PathBuf>,
    pub(crate) data_directory: Option<PathBuf>,
}

impl Surroundings {
    pub(crate) fn read() -> Self {
        let text = |name: &str| env::var(name).ok().filter(|text| !text.is_empty());
        let [top_level_domain, author, app_name] = ["", "", "certum"].map(str::to_owned);
        let strategy = choose_app_strategy(AppStrategyArgs { top_level_domain, author, app_name }).ok();
        Self {
            arguments: env::args_os().collect(),
            user: text("CERTUM_USER"),
            password: text("CERTUM_PASSWORD"),
            locale: text("LC_ALL").or_else(|| text("LC_MESSAGES")).or_else(|| text("LANG")),
            log: text("RUST_LOG"),
            config_directory: strategy.as_ref().map(AppStrategy::config_dir),
            data_directory: strategy.as_ref().map(AppStrategy::data_dir),
        }
    }
}
