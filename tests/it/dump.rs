//! A database as SQL that people can read.
#![expect(
    clippy::disallowed_types,
    reason = "a dump asks each table by its name, and the names are our own"
)]

use std::fmt::Write as _;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::door::raw;

/// All that is in a database file.
pub async fn dump(file: &Path) -> String {
    let mut conn = raw(file).await;
    let tables: Vec<(String, String)> = sqlx::query_as(
        "select name, sql from sqlite_schema \
         where type = 'table' and name not like 'sqlite_%' order by name",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let mut text =
        String::from("pragma foreign_keys = off;\npragma application_id = 1213355080;\nbegin;\n");
    for (table, sql) in tables {
        writeln!(text, "\n{sql};").unwrap();
        for row in rows(&mut conn, &table).await {
            writeln!(text, "insert into {table} values ({row});").unwrap();
        }
    }
    conn.close().await.unwrap();
    text.push_str("\ncommit;\n");
    text
}

/// Makes a database file of a dump.
pub async fn load(file: &Path, dump: String) {
    std::fs::write(file, "").unwrap();
    std::fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
    let mut conn = raw(file).await;
    sqlx::raw_sql(AssertSqlSafe(dump))
        .execute(&mut conn)
        .await
        .unwrap();
    conn.close().await.unwrap();
}

/// The rows of a table, each as the literals of its columns, in an order that depends on nothing else.
async fn rows(conn: &mut SqliteConnection, table: &str) -> Vec<String> {
    let columns: Vec<String> =
        sqlx::query_scalar("select 'quote(' || name || ')' from pragma_table_info($1)")
            .bind(table)
            .fetch_all(&mut *conn)
            .await
            .unwrap();
    let columns = columns.join(" || ', ' || ");
    let select = format!("select {columns} from {table} order by 1");
    sqlx::query_scalar(AssertSqlSafe(select))
        .fetch_all(conn)
        .await
        .unwrap()
}
