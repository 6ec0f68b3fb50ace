//! The sandbox as a program: prints one line of JSON, the same as `/control/info`, and serves until it is
//! told to stop.

use std::{error::Error, io::Write, net::SocketAddr, path::PathBuf, process::ExitCode};

use certum_sandbox::{FaultPlan, Habits, Sandbox};
use clap::Parser;

/// An embedded Certum: SOAP service, certificate authority, domain checks, faults and a clock
#[derive(Parser)]
#[command(version, about)]
struct Options {
    /// Where to listen for HTTP; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The account's user name
    #[arg(long, default_value = "reseller")]
    user: String,
    /// The account's password
    #[arg(long, default_value = "sandbox", hide_default_value = true)]
    password: String,
    /// What codes, identifiers, serial numbers, dice and habits follow from
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Have plain habits, whatever the seed: PEM, long pages, documents in one line, certificates at once
    #[arg(long)]
    plain: bool,
    /// A file with a fault plan in JSON, as PUT /control/faults takes it
    #[arg(long, value_name = "PLAN")]
    faults: Option<PathBuf>,
    /// Which DNS server the domain checks ask [default: the sandbox's own]
    #[arg(long, value_name = "ADDRESS:PORT")]
    dns_server: Option<SocketAddr>,
    /// At which port FILE checks ask web servers [default: the sandbox's own]
    #[arg(long, value_name = "PORT")]
    http_check_port: Option<u16>,
}

#[tokio::main]
async fn main() -> ExitCode {
    // Standard output is for the one line; RUST_LOG says how much goes to standard error.
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
            eprintln!("certum-sandbox: {error}{cause}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let mut builder = Sandbox::builder()
        .listen(options.listen)
        .credentials(options.user, options.password)
        .seed(options.seed);
    if options.plain {
        builder = builder.habits(Habits::plain());
    }
    if let Some(path) = options.faults {
        let plan = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let plan = FaultPlan::from_json(&plan).map_err(|error| format!("{}: {error}", path.display()))?;
        builder = builder.faults(plan);
    }
    if let Some(server) = options.dns_server {
        builder = builder.dns_server(server);
    }
    if let Some(port) = options.http_check_port {
        builder = builder.http_check_port(port);
    }
    // Before the line is out, so that whoever reads it may stop us at once.
    let stop = stop_signal()?;
    let sandbox = builder.start().await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", serde_json::to_string(&sandbox.info())?)?;
    out.flush()?;
    stop.await;
    sandbox.shutdown().await;
    Ok(())
}

/// Resolves on Ctrl-C, and on SIGTERM where that exists.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
