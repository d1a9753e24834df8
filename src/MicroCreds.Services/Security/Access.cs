using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;

namespace MicroCreds.Services.Security;

/// <summary>Who may do what. Throws the contract's status; an institution or case the caller may not see answers as an unknown one.</summary>
public static class Access
{
    /// <summary>Staff of the institution with one of <paramref name="roles"/> (any role when none is given).</summary>
    public static Caller.Staff RequireStaff(this Caller caller, HostedInstitution institution, params ReadOnlySpan<StaffRole> roles)
    {
        var staff = caller.RequireStaff();
        if (!staff.BelongsTo(institution.Organisation)) throw Hosting.Unknown(institution.Organisation.Value).ToRpcException();
        return roles.Length == 0 ? staff : staff.RequireRole(roles);
    }

    /// <summary>Staff with one of <paramref name="roles"/>, of whatever institution.</summary>
    public static Caller.Staff RequireRole(this Caller.Staff staff, params ReadOnlySpan<StaffRole> roles)
    {
        foreach (var role in roles) if (staff.Roles.Contains(role)) return staff;
        throw Denied(string.Join("|", roles.ToArray().Select(r => r.ToString().ToLowerInvariant()))).ToRpcException();
    }

    /// <summary>Staff of any institution hosted here.</summary>
    public static Caller.Staff RequireStaff(this Caller caller) =>
        caller as Caller.Staff ?? throw (caller is Caller.Anonymous ? SignInNeeded() : Denied("staff")).ToRpcException();

    /// <summary>Staff of the institution, or any partner.</summary>
    public static void RequireStaffOrPartner(this Caller caller, HostedInstitution institution)
    {
        if (caller is not Caller.Partner) caller.RequireStaff(institution);
    }

    /// <summary>A partner.</summary>
    public static Caller.Partner RequirePartner(this Caller caller) => caller switch
    {
        Caller.Partner partner => partner,
        Caller.Anonymous => throw SignInNeeded().ToRpcException(),
        _ => throw Denied("partner").ToRpcException(),
    };

    /// <summary>Anybody who is signed in.</summary>
    public static void RequireSignedIn(this Caller caller)
    {
        if (caller is Caller.Anonymous) throw SignInNeeded().ToRpcException();
    }

    private static Problem SignInNeeded() => Problem.Of(ProblemCode.Unauthenticated, "Sign in: send a bearer token, or call as a partner with its client certificate.");

    private static Problem Denied(string role) => Problem.Of(ProblemCode.PermissionDenied, $"This needs the role {role}.", ("role_needed", role));
}
