using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;

namespace MicroCreds.Services.Recognition;

/// <summary>Who may see a case: staff of the institution every one, a partner those it submitted. Any other case answers as one that does not exist.</summary>
internal static class CaseAccess
{
    /// <summary>The answer for a case that does not exist or is not to be seen. The one place that words it, so that the two cannot be told apart.</summary>
    public static Problem NotFound(CaseId id) => Problem.Of(ProblemCode.CaseNotFound, $"There is no case {id} that you may see.", ("case_id", id.Value));

    /// <summary>Whether the caller may see a case of an institution it has access to.</summary>
    public static bool Sees(this Caller caller, OrganisationId submittedBy) => caller switch
    {
        Caller.Staff => true,
        Caller.Partner partner => partner.Organisation == submittedBy,
        _ => false,
    };

    /// <summary>Whether the caller may see the case.</summary>
    public static bool Sees(this Caller caller, RecognitionCase c) => caller.Sees(c.Application.SubmittedBy);

    /// <summary>Who acts, as the history keeps it.</summary>
    public static Actor AsActor(this Caller caller) => caller switch
    {
        Caller.Staff staff => new Actor(ActorKind.Staff, staff.Account),
        Caller.Partner partner => new Actor(ActorKind.Partner, partner.Organisation.Value),
        _ => throw new InvalidOperationException("Nobody in particular cannot act on a case."),
    };

    /// <summary>Other cases of the learner in which a credential of this one was counted.</summary>
    public static async Task<IEnumerable<string>> CountedInAsync(HostedInstitution institution, RecognitionCase c, CancellationToken cancellationToken)
    {
        var ledger = await institution.Cases.LedgerAsync(c.Application.Learner, cancellationToken);
        return ledger.Entries
            .Where(e => e.Case != c.Application.Case && c.Reports.Any(r => r.Digest == e.Credential || (e.CredentialId.Length > 0 && r.CredentialId == e.CredentialId)))
            .Select(e => e.Case.Value).Distinct();
    }
}
