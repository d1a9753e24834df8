using System.ComponentModel.DataAnnotations;

namespace MicroCreds.Node.Configuration;

/// <summary>Configuration of a node, section <c>Node</c>. Read once at start; a wrong value is refused with its name.</summary>
public sealed class NodeOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Node";

    /// <summary>Directory for stores, keys that the node makes itself, and the Unix socket.</summary>
    [Required]
    public string DataDirectory { get; set; } = "";

    /// <summary>
    /// Where the institutions' stores are: empty for SQLite files in <see cref="DataDirectory"/>; <c>postgresql://account:password@host/database</c> for a schema
    /// of each on a PostgreSQL server, which several nodes may share; <c>file:PATH</c> for a file whose first line is such an address.
    /// </summary>
    public string Store { get; set; } = "";

    /// <summary>Directory for the keys of staff tokens and of the console's sign-in, which nodes behind one address share; empty takes <c>DataDirectory/keys</c>.</summary>
    public string KeysDirectory { get; set; } = "";

    /// <summary>Institutions hosted here, at least one.</summary>
    [MinLength(1)]
    public List<InstitutionOptions> Institutions { get; set; } = [];

    /// <summary>Trust list.</summary>
    public TrustListOptions TrustList { get; set; } = new();

    /// <summary>Addresses to listen on.</summary>
    public EndpointOptions Endpoints { get; set; } = new();

    /// <summary>Address of the console as people reach it, for the sign-in link; empty takes the <c>Web</c> endpoint.</summary>
    public string PublicWebUrl { get; set; } = "";

    /// <summary>PEM files of further anchors at which the chain of a seal may end, and JSON files that register issuers that sign with keys; <c>*</c> matches within a directory.</summary>
    public List<string> PinnedAnchors { get; set; } = [];

    /// <summary>What the node fetches from outside to judge credentials by.</summary>
    public OutsideOptions Trust { get; set; } = new();

    /// <summary>Pages of other origins that may call the staff door.</summary>
    public CorsOptions Cors { get; set; } = new();

    /// <summary>Telemetry.</summary>
    public OtlpOptions Otlp { get; set; } = new();

    /// <summary>Page of metrics.</summary>
    public MetricsOptions Metrics { get; set; } = new();
}

/// <summary>An institution hosted on the node.</summary>
public sealed class InstitutionOptions
{
    /// <summary>SCHAC home-organisation identifier.</summary>
    [Required]
    public string Organisation { get; set; } = "";

    /// <summary>Name.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>Home page, in the files of decisions; empty takes <c>https://organisation/</c>.</summary>
    public string HomePage { get; set; } = "";

    /// <summary>Address under which the status lists of its exported decisions can be had, https, ending with a slash: what <c>/status/organisation/</c> of the web endpoint is to the world. Empty: none are published.</summary>
    public string StatusLists { get; set; } = "";

    /// <summary>Quality assurance of the institution, which the credentials of its decisions state (M11 of Annex I).</summary>
    public List<QualityAssuranceOptions> QualityAssurance { get; set; } = [];

    /// <summary>Directory with <c>statement.pem</c>, <c>tls.crt</c>, <c>tls.key</c>, <c>learner.secret</c>, and <c>seal.crt</c>, <c>seal.key</c> to seal the credentials of decisions; empty takes <c>DataDirectory/organisation/keys</c>. A learner.secret that is not there is made in the latter.</summary>
    public string KeysDirectory { get; set; } = "";

    /// <summary>Whether a table needs a second person before it is published: <c>None</c> or <c>SecondPerson</c>.</summary>
    [EnumDataType(typeof(Domain.Rules.TableApproval))]
    public Domain.Rules.TableApproval TableApproval { get; set; }

    /// <summary>Rules of procedure.</summary>
    public PolicyOptions Policy { get; set; } = new();
}

/// <summary>A quality assurance of an institution.</summary>
public sealed class QualityAssuranceOptions
{
    /// <summary>IRI, e.g. a DEQAR permalink.</summary>
    [Required]
    public string Id { get; set; } = "";

    /// <summary>Type in words of the ELM list, e.g. <c>Institutional Quality Assurance</c>.</summary>
    [Required]
    public string Type { get; set; } = "";

    /// <summary>Title.</summary>
    [Required]
    public string Title { get; set; } = "";

    /// <summary>Legal name of the agency.</summary>
    [Required]
    public string Agent { get; set; } = "";
}

/// <summary>Rules of procedure of an institution; see <c>RecognitionPolicy</c> for their meaning and source.</summary>
public sealed class PolicyOptions
{
    /// <summary>Months from complete information to decision.</summary>
    [Range(1, 4)]
    public int DecisionMonths { get; set; } = 4;

    /// <summary>Effect of an information request on the clock.</summary>
    [EnumDataType(typeof(Domain.Rules.ClockPolicy))]
    public Domain.Rules.ClockPolicy Clock { get; set; }

    /// <summary>Date that selects the rules.</summary>
    [EnumDataType(typeof(Domain.Rules.RuleDatePolicy))]
    public Domain.Rules.RuleDatePolicy RuleDate { get; set; } = Domain.Rules.RuleDatePolicy.MoreFavourable;

    /// <summary>Days to appeal.</summary>
    [Range(1, 365)]
    public int AppealDays { get; set; } = 30;

    /// <summary>Body that hears appeals.</summary>
    [Required]
    public string AppealBody { get; set; } = "Rector's office";

    /// <summary>Competent recognition authority.</summary>
    [Required]
    public string Authority { get; set; } = "Recognition office";

    /// <summary>Page where procedure and criteria are published.</summary>
    public string CriteriaUrl { get; set; } = "";

    /// <summary>Legal basis by track.</summary>
    public Dictionary<Domain.Rules.RecognitionTrack, string> LegalBasis { get; set; } = [];

    /// <summary>Hours of work per ECTS credit.</summary>
    [Range(25, 30)]
    public int HoursPerCredit { get; set; } = 25;

    /// <summary>Smallest step of a partial grant, in hundredths of an ECTS credit.</summary>
    [Range(1, 3000)]
    public int CreditStepHundredths { get; set; } = 50;

    /// <summary>Cap of validation per programme, in hundredths of an ECTS credit; absent for none.</summary>
    [Range(0, 36000)]
    public int? ValidationCapHundredths { get; set; }

    /// <summary>What becomes of a credential that was counted before: <c>Never</c>, or <c>OncePerProgramme</c>.</summary>
    [EnumDataType(typeof(Domain.Rules.DoubleCounting))]
    public Domain.Rules.DoubleCounting DoubleCounting { get; set; }

    /// <summary>Decisions that a second officer must approve: <c>None</c>, <c>Refusals</c>, <c>LessThanFull</c> or <c>All</c>.</summary>
    [EnumDataType(typeof(Domain.Rules.DecisionApproval))]
    public Domain.Rules.DecisionApproval DecisionApproval { get; set; }

    /// <summary>Decisions that grant more than this need a second officer too, in hundredths of an ECTS credit; absent for no such bound.</summary>
    [Range(0, 36000)]
    public int? ApprovalAboveHundredths { get; set; }

    /// <summary>Choice among overlapping grades.</summary>
    [EnumDataType(typeof(Domain.Grades.GradeOverlapChoice))]
    public Domain.Grades.GradeOverlapChoice GradeChoice { get; set; }

    /// <summary>Overlaps below this share of the smaller segment are discarded, in percent.</summary>
    [Range(0, 50)]
    public int GradeSliverPercent { get; set; } = 10;

    /// <summary>Smallest number of grades a table must count.</summary>
    [Range(1, 1_000_000)]
    public int GradeMinimumCount { get; set; } = 30;
}

/// <summary>Where the trust list comes from and who signs it.</summary>
public sealed class TrustListOptions
{
    /// <summary>File with the signed list; looked at again every minute.</summary>
    [Required]
    public string File { get; set; } = "";

    /// <summary>Files with the public keys (JWK) of the coordinators.</summary>
    [MinLength(1)]
    public List<string> CoordinatorKeys { get; set; } = [];

    /// <summary>How many coordinators must have signed.</summary>
    [Range(1, 32)]
    public int Threshold { get; set; } = 1;
}

/// <summary>Addresses to listen on, <c>address:port</c>; port 0 takes a free one.</summary>
public sealed class EndpointOptions
{
    /// <summary>gRPC for partners, TLS 1.3 with client certificates.</summary>
    [Required]
    public string Partner { get; set; } = "127.0.0.1:7443";

    /// <summary>gRPC for staff and student systems, HTTP/2 without TLS: on loopback, or behind a proxy that adds TLS.</summary>
    [Required]
    public string Staff { get; set; } = "127.0.0.1:7080";

    /// <summary>Console, <c>/healthz</c> and <c>/readyz</c>, HTTP/1.1.</summary>
    [Required]
    public string Web { get; set; } = "127.0.0.1:7081";

    /// <summary>Share of the usual times that the node waits for callers who do nothing, in percent: 100 as usual, less for a node under attack or under test.</summary>
    [Range(10, 100)]
    public int PatiencePercent { get; set; } = 100;
}

/// <summary>Export of metrics and traces.</summary>
public sealed class OtlpOptions
{
    /// <summary>OTLP gRPC endpoint; empty exports nothing.</summary>
    public string Endpoint { get; set; } = "";
}

/// <summary>The page <c>/metrics</c> at the web address, for Prometheus.</summary>
public sealed class MetricsOptions
{
    /// <summary>Whether there is one: by default, for programs on this machine that ask directly.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>File whose first line is a token; who shows it (<c>authorization: Bearer …</c>) is answered wherever he asks from. Empty for none.</summary>
    public string TokenFile { get; set; } = "";
}

/// <summary>Which pages in browsers may call the node (Cross-Origin Resource Sharing, Fetch standard).</summary>
public sealed class CorsOptions
{
    /// <summary>Origins, for example <c>https://portal.uni-a.example</c>; none by default.</summary>
    public List<string> Origins { get; set; } = [];
}
