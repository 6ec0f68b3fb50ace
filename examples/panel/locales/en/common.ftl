# The panel's own words. Those for states, findings and products come from the library.

skip = Skip to the content
nav-main = Main
nav-shop = Shop
nav-services = My certificates
nav-invoices = Invoices
nav-letters = Letters
nav-admin = Administration
login = Log in
logout = Log out
register = Register
no-account = No account yet?
has-account = Registered already?
login-failed = This address and this password don't belong together.
email = E-mail address
password = Password
password-hint = At least 10 characters.
first-name = First name
last-name = Last name
required = Required
copy = Copy
to-the-shop = To the shop
demonstration = Demonstration: the certificate authority behind this shop is a sandbox. Nobody else trusts its certificates, and nothing costs money.
demonstration-sandbox = Let time pass, read its mail
demonstration-logins = This is a demonstration. Look around as:
login-as-customer = Demonstration customer
login-as-admin = Demonstration administrator
mistakes = { $count ->
    [one] One thing is not right yet
   *[other] { $count } things are not right yet
}

problem-not-found = Not found
problem-not-found-what = There is no such page, or it is somebody else's.
problem-link = This link opens nothing
problem-link-what = It is too old, was used, or was replaced by a newer one. Ask us for another.
problem-login = Log in first
problem-login-what = Your session has ended, or has not begun. Log in and try again.
problem-forged = This form is not from here
problem-forged-what = The form was made for another session. Load the page anew and try again; nothing was changed.
problem-unreadable = This can't be read
problem-unreadable-what = What was sent is no form of ours. Nothing was changed.
problem-too-large = Too much
problem-too-large-what = What was sent is larger than any certificate request or document that is taken. Nothing was changed.
problem-not-possible = Not possible now
problem-not-possible-what = The service stands where this can't be done, perhaps since a moment ago. Nothing was changed.
problem-conflict = Somebody was quicker
problem-conflict-what = Somebody else changed the same thing at this moment. Look again, then try again.
problem-too-many = Too many tries
problem-too-many-what = Wait ten minutes, then try again.
problem-authority = The certificate authority does not answer
problem-authority-what = It could not be asked just now. Nothing is lost; try again in a while.
problem-internal = Something went wrong here
problem-internal-what = The fault is ours, and was written down. Nothing was changed that you did not see.
