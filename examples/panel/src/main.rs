//! The panel as a program.

use clap::Parser;
use panel::{Panel, Secrets, Settings};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let mut settings = Settings::parse();
    settings.secrets = Secrets::of_environment();
    let (demonstrates, is_bare) = (settings.demonstrates(), settings.bare);
    let panel = Panel::start(settings).await?;
    println!("The panel is served at http://{}/", panel.address);
    if demonstrates {
        println!("The CA behind it is the sandbox: its certificates are trusted by nobody else.");
    }
    if demonstrates && !is_bare {
        println!("Customer: customer@example.com, administrator: admin@example.com; password: demonstration");
    }
    tokio::signal::ctrl_c().await?;
    panel.stop().await;
    Ok(())
}
