//! What the panel says, in Polish and English.

use cert_domain::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use rust_embed::Embed;
use unic_langid::{LanguageIdentifier, langid};

#[derive(Embed)]
#[folder = "locales"]
struct Locales;

/// The panel's own words. Those for states, findings and products come from the library.
pub(crate) struct Texts {
    english: FluentBundle<FluentResource>,
    polish: FluentBundle<FluentResource>,
}

impl Texts {
    pub(crate) fn load() -> anyhow::Result<Self> {
        Ok(Self { english: bundle(langid!("en"), "en/")?, polish: bundle(langid!("pl"), "pl/")? })
    }

    /// What stands under a key, if anything does.
    pub(crate) fn find(&self, language: Language, key: &str, args: &FluentArgs<'_>) -> Option<String> {
        let bundle = if language == Language::Polish { &self.polish } else { &self.english };
        let pattern = bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        Some(bundle.format_pattern(pattern, Some(args), &mut errors).into_owned())
    }
}

/// All texts of a language: those of the files in its folder.
fn bundle(language: LanguageIdentifier, folder: &str) -> anyhow::Result<FluentBundle<FluentResource>> {
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // The marks around arguments are for languages that are written the other way.
    bundle.set_use_isolating(false);
    for file in Locales::iter().filter(|file| file.starts_with(folder)) {
        let source = Locales::get(&file).map(|file| file.data.into_owned()).unwrap_or_default();
        let source = String::from_utf8(source)?;
        let resource =
            FluentResource::try_new(source).map_err(|error| anyhow::anyhow!("{file}: {error:?}"))?;
        bundle.add_resource(resource).map_err(|error| anyhow::anyhow!("{file}: {error:?}"))?;
    }
    Ok(bundle)
}
