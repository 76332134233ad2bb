package host

// logonType is the name of a way to log on, by its number.
// https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4624
func logonType(number []byte) string {
	switch string(number) {
	case "0":
		return "System"
	case "2":
		return "Interactive"
	case "3":
		return "Network"
	case "4":
		return "Batch"
	case "5":
		return "Service"
	case "7":
		return "Unlock"
	case "8":
		return "NetworkCleartext"
	case "9":
		return "NewCredentials"
	case "10":
		return "RemoteInteractive"
	case "11":
		return "CachedInteractive"
	case "12":
		return "CachedRemoteInteractive"
	case "13":
		return "CachedUnlock"
	}
	return ""
}

// logonStatus is what a status or sub status of a failed logon stands for, by its number without 0x in lower case.
// https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4625
func logonStatus(hex string) string {
	switch hex {
	case "c000005e":
		return "There are currently no logon servers available to service the logon request"
	case "c0000064":
		return "User logon with misspelled or bad user account"
	case "c000006a":
		return "User logon with misspelled or bad password"
	case "c000006d":
		return "This is either due to a bad username or authentication information"
	case "c000006e":
		return "Unknown user name or bad password, or a restriction of the account"
	case "c000006f":
		return "User logon outside authorized hours"
	case "c0000070":
		return "User logon from unauthorized workstation"
	case "c0000071":
		return "User logon with expired password"
	case "c0000072":
		return "User logon to account disabled by administrator"
	case "c00000dc":
		return "Indicates the Sam Server was in the wrong state to perform the desired operation"
	case "c0000133":
		return "Clocks between DC and other computer too far out of sync"
	case "c000015b":
		return "The user has not been granted the requested logon type at this machine"
	case "c000018c":
		return "The logon request failed because the trust relationship between the primary domain and the trusted domain failed"
	case "c0000192":
		return "An attempt was made to logon, but the Netlogon service was not started"
	case "c0000193":
		return "User logon with expired account"
	case "c0000224":
		return "User is required to change password at next logon"
	case "c0000225":
		return "Evidently a bug in Windows and not a risk"
	case "c0000234":
		return "User logon with account locked"
	case "c00002ee":
		return "Failure Reason: An Error occurred during Logon"
	case "c0000413":
		return "Logon Failure: The machine you are logging onto is protected by an authentication firewall"
	case "0":
		return "Status OK"
	}
	return ""
}

// failureReason is the text that a message of Windows stands for.
func failureReason(message []byte) string {
	switch string(message) {
	case "%%2304":
		return "An Error occured during Logon" //nolint:misspell // as Windows has it
	case "%%2305":
		return "The specified user account has expired"
	case "%%2306":
		return "The NetLogon component is not active"
	case "%%2307":
		return "Account locked out"
	case "%%2308":
		return "The user has not been granted the requested logon type at this machine"
	case "%%2309":
		return "The specified account's password has expired"
	case "%%2310":
		return "Account currently disabled"
	case "%%2311":
		return "Account logon time restriction violation"
	case "%%2312":
		return "User not allowed to logon at this computer"
	case "%%2313":
		return "Unknown user name or bad password"
	case "%%2314":
		return "Domain sid inconsistent"
	case "%%2315":
		return "Smartcard logon is required and was not used"
	}
	return ""
}

// windowsLevel is the name of a level by its number.
func windowsLevel(number []byte) string {
	switch string(number) {
	case "0", "4":
		return "information"
	case "1":
		return "critical"
	case "2":
		return "error"
	case "3":
		return "warning"
	case "5":
		return "verbose"
	}
	return ""
}
