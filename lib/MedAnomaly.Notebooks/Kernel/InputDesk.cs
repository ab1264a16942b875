namespace MedAnomaly.Notebooks.Kernel;

/// <summary>Asks users for a line, one question at a time, and waits for what they type.</summary>
sealed class InputDesk(FrontEnds frontEnds)
{
    readonly Lock gate = new();
    (JupyterMessage Request, TaskCompletionSource<string> Answer)? open;

    /// <summary>Asks at the front end that sent <paramref name="request"/>, and waits.</summary>
    /// <exception cref="NotSupportedException">The cell ended before an answer came.</exception>
    public string Ask(JupyterMessage request, string prompt, bool password, CancellationToken ended)
    {
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate) open = (request, answer);
        frontEnds.AskUser(request, prompt, password);
        try
        {
            return answer.Task.WaitAsync(ended).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException fault)
        {
            throw new NotSupportedException("The cell ended before an answer came.", fault);
        }
        finally
        {
            lock (gate)
            {
                if (open?.Answer == answer) open = null;
            }
        }
    }

    /// <summary>Takes what a user typed.</summary>
    /// <exception cref="MessageRejectedException">Nobody asked that user.</exception>
    public void Take(JupyterMessage reply)
    {
        var text = Field.Text(reply.Content, "value");
        lock (gate)
        {
            if (open is not { } question || !SameSender(question.Request, reply)) throw new MessageRejectedException("it answers a question that nobody asks any more");
            question.Answer.TrySetResult(text);
        }
    }

    static bool SameSender(JupyterMessage one, JupyterMessage other) => one.Identities.Count == other.Identities.Count
        && one.Identities.Zip(other.Identities).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
}
