using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Statements;
using MicroCreds.Services.Security;

namespace MicroCreds.Services.Institutions;

/// <summary>An institution hosted on this node: its rules of procedure, its stores and its keys. Nothing of it is shared with another.</summary>
public sealed class HostedInstitution
{
    private SslStreamCertificateContext? _context;

    /// <summary>SCHAC identifier.</summary>
    public required OrganisationId Organisation { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Rules of procedure as configured.</summary>
    public required RecognitionPolicy Policy { get; init; }

    /// <summary>Whether a table needs a second person before it is published.</summary>
    public TableApproval TableApproval { get; init; }

    /// <summary>Cases.</summary>
    public required ICaseStore Cases { get; init; }

    /// <summary>Streams to and from partners.</summary>
    public required IStatementStore Statements { get; init; }

    /// <summary>What keeps the streams from being signed twice after a restore; null where nothing is ever put back from a copy.</summary>
    public IStreamRecoveryStore? Recovery { get; init; }

    /// <summary>Partners to which nothing is signed, as far as this process knows, and why.</summary>
    public ConcurrentDictionary<OrganisationId, StreamHoldReason> HeldStreams { get; } = new();

    /// <summary>Equivalence tables.</summary>
    public required IEquivalenceStore Tables { get; init; }

    /// <summary>What is known of rules adopted from partners.</summary>
    public required IAdoptionStore Adoptions { get; init; }

    /// <summary>Learning agreements.</summary>
    public required IAgreementStore Agreements { get; init; }

    /// <summary>Grade tables.</summary>
    public required IGradeTableStore Grades { get; init; }

    /// <summary>Key that signs statements and receipts.</summary>
    public required SigningKey StatementKey { get; init; }

    /// <summary>TLS certificate with its key, shown to partners on both sides.</summary>
    public required X509Certificate2 TlsCertificate { get; init; }

    /// <summary>The same for connections, prepared once: loading the key costs more than a handshake.</summary>
    public SslStreamCertificateContext TlsContext => _context ??= SslStreamCertificateContext.Create(TlsCertificate, null, offline: true);

    /// <summary>Secret under which learners get their pseudonyms; 32 bytes.</summary>
    public required ReadOnlyMemory<byte> LearnerSecret { get; init; }

    /// <summary>Writes decisions as files for other systems.</summary>
    public required IDecisionWriter DecisionWriter { get; init; }

    /// <summary>What is published now, compiled. Swapped whole at publication.</summary>
    public required PublishedRules Published { get; init; }

    private FairShare StaffShare { get; } = new(TransportLimits.MaxCallsPerInstitution, TransportLimits.MaxCallsWaiting);

    private FairShare PartnersShare { get; } = new(TransportLimits.MaxCallsPerInstitution, TransportLimits.MaxCallsWaiting);

    private FairShare VisitorsShare { get; } = new(TransportLimits.MaxCallsPerInstitution, TransportLimits.MaxCallsWaiting);

    /// <summary>Its share of the node for calls of one kind of caller: whoever asks without signing in never keeps its staff or its partners waiting, nor one of these the other.</summary>
    public FairShare ShareOf(Caller caller) => caller switch { Caller.Staff => StaffShare, Caller.Partner => PartnersShare, _ => VisitorsShare };

    /// <summary>The rules of procedure with the members that are higher-education institutions, so that their credits are on the recognition track.</summary>
    public RecognitionPolicy PolicyAmong(MemberDirectory directory) =>
        Policy with { HigherEducationInstitutions = Policy.HigherEducationInstitutions.Union(directory.HigherEducationInstitutions) };
}
