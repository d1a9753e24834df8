using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Members;

namespace MicroCreds.Services.Security;

/// <summary>
/// Tells who makes a call. On a connection with a client certificate the caller is the active member whose list entry holds that key; a
/// bearer token is not looked at there. On any other connection a bearer token of this node makes a member of staff.
/// </summary>
public sealed class CallerAuthentication(TrustRegistry registry, StaffTokens tokens, TimeProvider clock)
{
    private const string Bearer = "Bearer ";
    private static readonly Caller Nobody = new Caller.Anonymous();
    private static readonly ConditionalWeakTable<X509Certificate2, Sha256Digest> Digests = [];

    /// <summary>The caller, or why there is none. A wrong credential is a refusal, none at all is an anonymous caller.</summary>
    public Result<Caller> Authenticate(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        if (http.Connection.ClientCertificate is { } certificate) return Partner(certificate);

        if (http.Request.Headers.Authorization is not [{ } header, ..]) return Nobody;
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && tokens.Read(header.AsSpan(Bearer.Length)) is { } staff
            ? staff
            : Problem.Of(ProblemCode.Unauthenticated, "The bearer token is not a token of this node, or it has ended; sign in again.");
    }

    /// <summary>SHA-256 of a certificate's public key (SPKI), the form in which the trust list pins it.</summary>
    public static Sha256Digest KeyDigest(X509Certificate2 certificate) => Digests.GetValue(certificate, shown => Sha256Digest.Of(shown.PublicKey.ExportSubjectPublicKeyInfo()));

    private Result<Caller> Partner(X509Certificate2 certificate)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        if (now > certificate.NotAfter.ToUniversalTime() || now < certificate.NotBefore.ToUniversalTime())
            return Problem.Of(ProblemCode.Unauthenticated, $"The client certificate is valid from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}, which is not now; renew it and announce its key.");
        var directory = registry.Current;
        if (directory.List.ExpiresAt <= clock.GetUtcNow())
            return Problem.Of(ProblemCode.Unauthenticated, $"The trust list serial {directory.List.Serial} of this node has expired; partners are not known until it has a new one.");
        return directory.FindByTlsKey(KeyDigest(certificate)) is { } member
            ? new Caller.Partner(member.Organisation)
            : Problem.Of(ProblemCode.Unauthenticated, $"The key of the client certificate is not pinned by the trust list serial {directory.List.Serial}; have it announced by the coordinator.");
    }
}
