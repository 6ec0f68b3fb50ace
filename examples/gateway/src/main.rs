//! The gateway as a program.

use clap::Parser;
use gateway::{Running, Secrets, Settings, administer};
use tokio::signal::ctrl_c;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let mut settings = Settings::parse();
    settings.secrets = Secrets::of_environment();
    if let Some(command) = settings.command.take() {
        for line in administer(&settings, command).await? {
            println!("{line}");
        }
        return Ok(());
    }
    let stop = told_to_stop()?;
    let running = Running::start(settings).await?;
    println!("{}", running.line());
    running.until(stop).await
}

/// Completes when a person or a supervisor wants the program to end.
#[cfg(unix)]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = ctrl_c() => {}
            _ = terminated.recv() => {}
        }
    })
}

/// Completes when a person wants the program to end.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = ctrl_c().await;
    })
}
