namespace Loupe.Bench.Chaos;

/// <summary>
/// One client: uploads, asks and streams, one after the other, and tries a failed operation again on whatever silo the
/// rota gives, as long as its patience lasts. Everything it does is written down.
/// </summary>
internal sealed class ChaosClient
{
    private const double Streams = 0.4;

    private readonly ChaosOptions _options;
    private readonly Gallery _gallery;
    private readonly Recorder _recorder;
    private readonly double _start;
    private readonly Random _random;
    private readonly PatientCaller _caller;

    /// <param name="number">Which client, from 0.</param>
    /// <param name="options">Its pauses and patience.</param>
    /// <param name="rota">Gives it silos.</param>
    /// <param name="gallery">Gives it pictures.</param>
    /// <param name="recorder">Writes the history.</param>
    /// <param name="start">When the load begins, in the recorder's seconds.</param>
    public ChaosClient(int number, ChaosOptions options, Rota rota, Gallery gallery, Recorder recorder, double start)
    {
        (_options, _gallery, _recorder, _start) = (options, gallery, recorder, start);
        _random = new Random(unchecked((options.Seed * 1_000_003) + number));
        _caller = new PatientCaller(number, options.Patience, () => rota.Pick(_random), recorder);
    }

    /// <param name="until">No operation begins after that, in the recorder's seconds.</param>
    /// <param name="cancellation">Breaks off; the operation in hand stays without an end.</param>
    public async Task RunAsync(double until, CancellationToken cancellation)
    {
        while (_recorder.Now < until)
        {
            await ActAsync(cancellation);
            await Task.Delay(_options.Think * -Math.Log(1 - _random.NextDouble()), cancellation);
        }
    }

    private Task ActAsync(CancellationToken cancellation)
    {
        if (_gallery.Next(_recorder.Now - _start) is { } picture)
        {
            return UploadAsync(picture, cancellation);
        }

        var image = _gallery.Any(_random);
        if (image is null)
        {
            return Task.CompletedTask;
        }

        var (name, question) = QuestionList.All[_random.Next(QuestionList.All.Count)];
        return _random.NextDouble() < Streams
            ? _caller.StreamAsync(image, name, question, cancellation)
            : _caller.AskAsync(image, name, question, cancellation);
    }

    private async Task UploadAsync(Picture picture, CancellationToken cancellation)
    {
        if (await _caller.UploadAsync(picture, cancellation))
        {
            _gallery.Hang(picture);
        }
        else
        {
            _gallery.PutBack(picture);
        }
    }
}
