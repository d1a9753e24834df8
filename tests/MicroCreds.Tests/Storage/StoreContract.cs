using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Statements;
using MicroCreds.Storage;

namespace MicroCreds.Tests.Storage;

/// <summary>The stores of one institution under test, on whatever engine.</summary>
public sealed record OpenStores(
    ICaseStore Cases, IStatementStore Statements, IEquivalenceStore Equivalences, IGradeTableStore GradeTables, IAdoptionStore Adoptions, IAgreementStore Agreements,
    Func<Task<IReadOnlyList<StoreFinding>>> Check, Func<long> Commits, IAsyncDisposable Owner);

/// <summary>What an engine must be able to do to be held to the contract.</summary>
public interface IStoreEngine : IAsyncDisposable
{
    /// <summary>Opens the institution's stores, new at first and the same ones afterwards.</summary>
    Task<OpenStores> OpenAsync(StatementSigner sign, TimeProvider clock);
}

/// <summary>Base of the tests that every engine must pass.</summary>
public abstract class StoreContract(IStoreEngine engine) : IAsyncLifetime
{
    protected static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    protected static OrganisationId Partner { get; } = OrganisationId.Parse("uni-b.example");

    protected OpenStores Stores { get; private set; } = null!;

    protected ManualClock Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));

    protected int Signatures { get; private set; }

    public async Task InitializeAsync() => Stores = await engine.OpenAsync(Sign, Clock);

    /// <summary>Every test leaves a store in which nothing is wrong.</summary>
    public async Task DisposeAsync()
    {
        Assert.Empty(await Stores.Check());
        await Stores.Owner.DisposeAsync();
        await engine.DisposeAsync();
    }

    protected async Task ReopenAsync()
    {
        await Stores.Owner.DisposeAsync();
        Stores = await engine.OpenAsync(Sign, Clock);
    }

    protected static T Kept<T>(Result<T> result) where T : notnull => result.Failed(out var problem, out var value) ? throw new InvalidOperationException(problem.Message) : value;

    protected static Problem Refused<T>(Result<T> result, ProblemCode code) where T : notnull
    {
        Assert.True(result.Failed(out var problem, out _));
        Assert.Equal(code, problem.Code);
        return problem;
    }

    /// <summary>A case that was opened and acknowledged.</summary>
    protected async Task<RecognitionCase> OpenedAsync(Func<Samples, Samples>? with = null)
    {
        var sample = with is null ? new Samples() : with(new Samples());
        return Kept(await Stores.Cases.OpenAsync(Samples.Request(), sample.Learner, sample.Files, _ => sample.Opening(), Soon));
    }

    protected Task<Result<RecognitionCase>> AssignAsync(RecognitionCase c, string officer, int? etag = null, ChangeRequest? request = null) =>
        Stores.Cases.ChangeAsync(c.Application.Case, request ?? Samples.Request(), etag, (_, _) => Samples.Assign(officer), Soon);

    protected async Task<RecognitionCase> DecidedAsync(RecognitionCase c, params OrganisationId[] audience) =>
        Kept(await Stores.Cases.ChangeAsync(c.Application.Case, Samples.Request(), null, (now, _) => Samples.Decide(now, audience), Soon));

    private SignedStatement Sign(StatementDraft draft, StreamPosition position)
    {
        Signatures++;
        return Samples.Signed(draft.Audience, position);
    }
}

/// <summary>A clock that stands until it is moved.</summary>
public sealed class ManualClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;

    public void Advance(TimeSpan time) => now += time;
}
