using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace MicroCreds.Console.Security;

/// <summary>Who is signed in.</summary>
/// <param name="Account">Account name.</param>
/// <param name="BearerToken">Token for the node.</param>
/// <param name="Roles">Roles.</param>
/// <param name="Institutions">Institutions, or <c>*</c>.</param>
internal sealed record ConsoleSession(string Account, string BearerToken, IReadOnlySet<string> Roles, IReadOnlySet<string> Institutions)
{
    private const string RoleClaim = "role";
    private const string InstitutionClaim = "institution";
    private const string NameClaim = "name";
    private const string TokenName = "bearer";

    /// <summary>Whether the verbs of a case officer are worth showing; the node decides.</summary>
    public bool MayActAsOfficer => Roles.Contains("officer");

    /// <summary>Whether the verbs open to officers and reviewers are worth showing.</summary>
    public bool MayPrepare => MayActAsOfficer || Roles.Contains("reviewer");

    /// <summary>Whether deciding an appeal is worth showing.</summary>
    public bool MayReview => Roles.Contains("reviewer");

    /// <summary>Whether editing tables is worth showing.</summary>
    public bool MayAdminister => Roles.Contains("administrator");

    /// <summary>Whether the account reads learners' cases: whoever only coordinates does not.</summary>
    public bool MayReadCases => Roles.Any(role => role != "coordinator");

    public static (ClaimsPrincipal Principal, AuthenticationProperties Properties) ToTicket(StaffSignIn signIn)
    {
        var identity = new ClaimsIdentity(ConsoleComposition.Scheme, NameClaim, RoleClaim);
        identity.AddClaim(new Claim(NameClaim, signIn.Account));
        identity.AddClaims(signIn.Roles.Select(r => new Claim(RoleClaim, r)));
        identity.AddClaims(signIn.Institutions.Select(i => new Claim(InstitutionClaim, i)));
        var properties = new AuthenticationProperties { ExpiresUtc = signIn.ExpiresAt, AllowRefresh = false, IsPersistent = false };
        properties.StoreTokens([new AuthenticationToken { Name = TokenName, Value = signIn.BearerToken }]);
        return (new ClaimsPrincipal(identity), properties);
    }

    public static ConsoleSession? From(AuthenticateResult result)
    {
        if (!result.Succeeded || result.Properties.GetTokenValue(TokenName) is not { Length: > 0 } token) return null;
        return new ConsoleSession(
            result.Principal.FindFirstValue(NameClaim) ?? "", token,
            result.Principal.FindAll(RoleClaim).Select(c => c.Value).ToHashSet(StringComparer.Ordinal),
            result.Principal.FindAll(InstitutionClaim).Select(c => c.Value).ToHashSet(StringComparer.Ordinal));
    }
}
