using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Members;
using Microsoft.AspNetCore.Http;

namespace MicroCreds.Services.Security;

/// <summary>
/// Tells who makes a call. On a connection with a client certificate the caller is the active member whose list entry holds that key; a
/// bearer token is not looked at there. On any other connection a bearer token of this node makes a member of staff.
/// </summary>
public sealed class CallerAuthentication(TrustRegistry registry, StaffTokens tokens, TimeProvider clock)
{
    private const string Bearer = "Bearer ";
    private static readonly Caller Nobody = new Caller.Anonymous();
    private static readonly ConditionalWeakTable<X509Certificate2, Shown> Certificates = [];

    /// <summary>The caller, or why there is none. A wrong credential is a refusal, none at all is an anonymous caller.</summary>
    public Result<Caller> Authenticate(HttpContext http)
    {
        if (http.Connection.ClientCertificate is { } certificate) return Partner(certificate);

        if (http.Request.Headers.Authorization is not [{ } header, ..]) return Nobody;
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && tokens.Read(header.AsSpan(Bearer.Length)) is { } staff
            ? staff
            : Problem.Of(ProblemCode.Unauthenticated, "The bearer token is not a token of this node, or it has ended; sign in again.");
    }

    /// <summary>SHA-256 of a certificate's public key (SPKI), the form in which the trust list pins it.</summary>
    public static Sha256Digest KeyDigest(X509Certificate2 certificate) => ShownOf(certificate).KeyDigest;

    private static Shown ShownOf(X509Certificate2 certificate) => Certificates.GetValue(certificate, static certificate => new Shown(certificate));

    private Result<Caller> Partner(X509Certificate2 certificate)
    {
        var (shown, now, directory) = (ShownOf(certificate), clock.GetUtcNow(), registry.Current);
        if (now > shown.NotAfter || now < shown.NotBefore)
            return Problem.Of(ProblemCode.Unauthenticated, $"The client certificate is valid from {shown.NotBefore:u} to {shown.NotAfter:u}, which is not now; renew it and announce its key.");
        if (directory.List.ExpiresAt <= now)
            return Problem.Of(ProblemCode.Unauthenticated, $"The trust list serial {directory.List.Serial} of this node has expired; partners are not known until it has a new one.");
        return shown.PartnerIn(directory) is { } partner
            ? partner
            : Problem.Of(ProblemCode.Unauthenticated, $"The key of the client certificate is not pinned by the trust list serial {directory.List.Serial}; have it announced by the coordinator.");
    }

    /// <summary>What is read of a certificate once, and not for each call on the connection on which it was shown.</summary>
    private sealed class Shown(X509Certificate2 certificate)
    {
        private Found? _found;

        public DateTimeOffset NotBefore { get; } = certificate.NotBefore.ToUniversalTime();

        public DateTimeOffset NotAfter { get; } = certificate.NotAfter.ToUniversalTime();

        public Sha256Digest KeyDigest { get; } = Sha256Digest.Of(certificate.PublicKey.ExportSubjectPublicKeyInfo());

        /// <summary>The active member whose key it is, by the trust list that holds now; null when it is nobody's.</summary>
        public Caller.Partner? PartnerIn(MemberDirectory directory)
        {
            // Each list has a directory of its own. Calls at the same time may all look, and find the same.
            if (_found is { } found && found.In == directory) return found.Partner;
            var partner = directory.FindByTlsKey(KeyDigest) is { } member ? new Caller.Partner(member.Organisation) : null;
            _found = new(directory, partner);
            return partner;
        }

        private sealed record Found(MemberDirectory In, Caller.Partner? Partner);
    }
}
