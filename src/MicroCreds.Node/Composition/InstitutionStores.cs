using MicroCreds.Credentials.Exporting;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Statements;
using MicroCreds.Node.Configuration;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Storage;
using MicroCreds.Storage.Postgres;

namespace MicroCreds.Node.Composition;

/// <summary>Opens the store and the keys of every hosted institution, and closes the stores when the node ends.</summary>
/// <param name="server">Server that keeps the stores; null for files in the data directory.</param>
internal sealed class InstitutionStores(PostgresServer? server) : IAsyncDisposable
{
    /// <summary>Name of the file of a store, in the institution's directory.</summary>
    public const string FileName = "institution.db";

    private readonly List<(OrganisationId Institution, InstitutionDatabase Database)> _stores = [];
    private Action<OrganisationId, Exception>? _broken;

    /// <summary>Calls <paramref name="broken"/> when a store, opened before or after, fails to write: what it could not put on disk must not be acknowledged.</summary>
    public void Watch(Action<OrganisationId, Exception> broken)
    {
        _broken = broken;
        foreach (var (institution, store) in _stores) Watch(institution, store);
    }

    /// <summary>Opens one institution with what it has published.</summary>
    /// <exception cref="ConfigurationException">A key is missing or wrong, or the institution is no member of the trust list.</exception>
    public async Task<HostedInstitution> OpenAsync(InstitutionOptions options, string dataDirectory, TrustRegistry registry, TimeProvider clock)
    {
        var organisation = OrganisationId.Parse(options.Organisation);
        if (registry.Current.Find(organisation) is null)
            throw new ConfigurationException($"{organisation} is not in the trust list serial {registry.Current.List.Serial}; the coordinator adds it.");

        var directory = Path.Combine(dataDirectory, organisation.Value);
        var keys = KeysDirectory(options, directory);
        var statementKey = KeyFiles.SigningKey(Path.Combine(keys, "statement.pem"), create: false);
        if (registry.Current.StatementKey(organisation, statementKey.KeyId) is null)
            throw new ConfigurationException($"The statement key {statementKey.KeyId} of {organisation} is not an active key in the trust list serial {registry.Current.List.Serial}: partners would refuse what it signs.");

        // Keys first: what fails after a store is open would leave it open.
        var certificate = KeyFiles.TlsCertificate(Path.Combine(keys, "tls.crt"), Path.Combine(keys, "tls.key"));
        var writer = new DecisionWriter(DecidingOf(options, organisation), KeyFiles.Seal(Path.Combine(keys, "seal.crt"), Path.Combine(keys, "seal.key")));
        KeyFiles.MakeDirectory(directory);
        var secret = KeyFiles.LearnerSecret(LearnerSecretFile(options, keys, directory));
        var sign = StatementCodec.SignerFor(organisation, registry.Current.List.Consortium, statementKey);
        var store = server is null
            ? await InstitutionDatabase.OpenAsync(Path.Combine(directory, FileName), organisation, sign, clock)
            : await InstitutionDatabase.OpenAsync(server, organisation, secret, sign, clock);
        var published = new PublishedRules(store.Equivalences, clock);
        try
        {
            await published.ReloadAsync(CancellationToken.None);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }

        _stores.Add((organisation, store));
        Watch(organisation, store);
        return new HostedInstitution
        {
            Organisation = organisation,
            Name = options.Name,
            Policy = PolicyOf(options.Policy),
            TableApproval = options.TableApproval,
            Cases = store.Cases,
            Statements = store.Statements,
            Recovery = store.Recovery,
            Tables = store.Equivalences,
            Adoptions = store.Adoptions,
            Agreements = store.Agreements,
            Grades = store.GradeTables,
            StatementKey = statementKey,
            TlsCertificate = certificate,
            LearnerSecret = secret,
            DecisionWriter = writer,
            Published = published,
        };
    }

    /// <summary>Directory of the keys of an institution whose own directory is given.</summary>
    public static string KeysDirectory(InstitutionOptions options, string directory) => options.KeysDirectory.Length > 0 ? options.KeysDirectory : Path.Combine(directory, "keys");

    /// <summary>
    /// File of the secret for learners' pseudonyms. A folder of keys may be one that the node cannot write to: what it makes itself then lies in its data directory.
    /// </summary>
    public static string LearnerSecretFile(InstitutionOptions options, string keys, string directory)
    {
        var given = Path.Combine(keys, "learner.secret");
        return options.KeysDirectory.Length == 0 || File.Exists(given) ? given : Path.Combine(directory, "keys", "learner.secret");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (_, store) in _stores) await store.DisposeAsync();
    }

    private static DecidingInstitution DecidingOf(InstitutionOptions options, OrganisationId organisation) => new(
        organisation, options.Name, options.HomePage.Length > 0 ? options.HomePage : $"https://{organisation}/",
        [.. options.QualityAssurance.Select(q => new EdcQualityAssurance(q.Id, q.Type, q.Title, q.Agent))], options.Policy.HoursPerCredit) { StatusLists = options.StatusLists };

    private void Watch(OrganisationId institution, InstitutionDatabase store)
    {
        if (_broken is { } broken)
            _ = store.Broken.ContinueWith(fault => broken(institution, fault.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    private static RecognitionPolicy PolicyOf(PolicyOptions options) => new()
    {
        DecisionMonths = options.DecisionMonths,
        Clock = options.Clock,
        RuleDate = options.RuleDate,
        AppealDays = options.AppealDays,
        AppealBody = options.AppealBody,
        Authority = options.Authority,
        CriteriaUrl = options.CriteriaUrl,
        LegalBasis = System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(options.LegalBasis),
        HoursPerCredit = options.HoursPerCredit,
        CreditStep = EctsCredits.FromHundredths(options.CreditStepHundredths),
        ValidationCap = options.ValidationCapHundredths is { } cap ? EctsCredits.FromHundredths(cap) : null,
        DoubleCounting = options.DoubleCounting,
        DecisionApproval = options.DecisionApproval,
        ApprovalAbove = options.ApprovalAboveHundredths is { } bound ? EctsCredits.FromHundredths(bound) : null,
        GradeConversion = new GradeConversionPolicy { Choice = options.GradeChoice, SliverPercent = options.GradeSliverPercent, MinimumCount = options.GradeMinimumCount },
    };
}
