using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Domain.Cases;

/// <summary>
/// What is turned away before a case exists: a file that cannot be read, proven or trusted is no application. A credential that is
/// genuine but expired, revoked or of unknown status is an application, and a person looks at it.
/// </summary>
public static class CaseDoor
{
    /// <summary>The refusal of a report; null when a case may be opened on it.</summary>
    public static Problem? Refusal(CredentialReport report)
    {
        if (report.Verdict == Verdict.Reject)
        {
            foreach (var check in report.Checks)
                if (check.Result == CheckResult.Error && CodeOf(check.Reason) is { } code) return Refuse(code, check);
        }
        if (report.Achievement is not null) return null;
        var first = report.Checks.FirstOrDefault(c => c.Result == CheckResult.Error)
            ?? new VerificationCheck(CheckKind.Schema, CheckResult.Error, ReasonClass.SchemaInvalid, "the file claims no achievement", "");
        return Refuse(CodeOf(first.Reason) ?? ProblemCode.CredentialMalformed, first);
    }

    private static ProblemCode? CodeOf(ReasonClass reason) => reason switch
    {
        ReasonClass.Malformed => ProblemCode.CredentialMalformed,
        ReasonClass.UnsupportedFormat or ReasonClass.NoProof or ReasonClass.UnsupportedProof or ReasonClass.ContextUnknown => ProblemCode.CredentialUnsupported,
        ReasonClass.WeakAlgorithm or ReasonClass.ProofInvalid or ReasonClass.IssuerBinding => ProblemCode.CredentialNotAuthentic,
        ReasonClass.KeyUnresolvable or ReasonClass.UntrustedIssuer => ProblemCode.IssuerUnknown,
        ReasonClass.None or ReasonClass.CertificateExpired or ReasonClass.Expired or ReasonClass.NotYetValid or ReasonClass.Revoked
            or ReasonClass.StatusInvalid or ReasonClass.StatusUnavailable or ReasonClass.SchemaInvalid or ReasonClass.Incomplete or ReasonClass.Implausible => null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Problem Refuse(ProblemCode code, VerificationCheck check)
    {
        var kind = CaseRefusals.Word(check.Kind);
        var reason = CaseRefusals.Word(check.Reason);
        return Problem.Of(
            code, $"The credential was not accepted: check {kind} failed with {reason} ({check.Evidence}). {Advice(code)}",
            ("check", kind), ("reason_class", reason), ("evidence", check.Evidence));
    }

    private static string Advice(ProblemCode code) => code switch
    {
        ProblemCode.CredentialMalformed => "Ask the issuer for the file again.",
        ProblemCode.CredentialUnsupported => "Send a European Digital Credential, a signed transcript in ELMO, an Open Badge, or a W3C or SD-JWT credential, as the issuer made it.",
        ProblemCode.CredentialNotAuthentic => "The file was changed or is not genuine; ask the issuer.",
        _ => "Have the issuer's anchor registered and send it again.",
    };
}
