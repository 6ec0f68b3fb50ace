CREATE TABLE tblclients (id INTEGER PRIMARY KEY, currency INTEGER, language TEXT, email TEXT);
CREATE TABLE tblcurrencies (id INTEGER PRIMARY KEY, code TEXT);
CREATE TABLE tblservers (id INTEGER PRIMARY KEY, hostname TEXT, port TEXT, secure TEXT, password TEXT);
CREATE TABLE tblproducts (
    id INTEGER PRIMARY KEY, name TEXT, servertype TEXT, autosetup TEXT, configoption1 TEXT, configoption2 TEXT, configoption3 TEXT,
    configoption4 TEXT, configoption5 TEXT, configoption6 TEXT, configoption7 TEXT, configoption8 TEXT, configoption9 TEXT,
    configoption10 TEXT, configoption11 TEXT, configoption12 TEXT
);
CREATE TABLE tblhosting (
    id INTEGER PRIMARY KEY, userid INTEGER, packageid INTEGER, server INTEGER, regdate TEXT, domain TEXT, firstpaymentamount TEXT,
    amount TEXT, billingcycle TEXT, nextduedate TEXT, nextinvoicedate TEXT, domainstatus TEXT
);
CREATE TABLE tblinvoices (id INTEGER PRIMARY KEY, userid INTEGER, status TEXT, datepaid TEXT);
CREATE TABLE tblinvoiceitems (
    id INTEGER PRIMARY KEY, invoiceid INTEGER, type TEXT, relid INTEGER, amount TEXT, duedate TEXT
);
CREATE TABLE tblcancelrequests (id INTEGER PRIMARY KEY, relid INTEGER, reason TEXT, type TEXT);
CREATE TABLE tblsslorders (
    id INTEGER PRIMARY KEY, userid INTEGER, serviceid INTEGER, addon_id INTEGER DEFAULT 0, remoteid TEXT, module TEXT, certtype TEXT,
    configdata TEXT, completiondate TEXT DEFAULT '0000-00-00 00:00:00', status TEXT
);
CREATE TABLE harness_heard (id INTEGER PRIMARY KEY, what TEXT, heard TEXT);
INSERT INTO tblcurrencies VALUES (1, 'PLN');
INSERT INTO tblclients VALUES (7, 1, 'english', 'jan@example.com'), (8, 1, 'polish', 'jan@example.com');
