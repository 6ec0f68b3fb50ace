//! Writes the table of error codes: `cargo run -p certum-api --example error_codes > certum-api/docs/error-codes.md`.

fn main() {
    print!("{}", certum_api::error_code_document());
}
